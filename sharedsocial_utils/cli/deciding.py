"""The commands that decide."""
