"""The exports of an invented client, one module per format; each gives `files(world)`: path -> bytes."""
