"""A file that no reader knows: the notes of a meeting, kept beside the exports."""

from sharedsocial_utils.example.world import World

_NOTES = {
    "it": (
        "note-riunione.txt",
        "Riunione del 3 luglio\n\n- {agency} propone di chiudere i canali che non rendono.\n"
        "- {company}: prima si guardano i numeri, insieme.\n- Chi risponde ai commenti quando siamo pieni?\n",
    ),
    "en": (
        "meeting-notes.txt",
        "Meeting of 3 July\n\n- {agency} proposes to close the channels that bring nothing.\n"
        "- {company}: first we look at the figures, together.\n- Who answers comments when we are full?\n",
    ),
}


def files(world: World) -> dict[str, bytes]:
    """The notes, where the client keeps any (blemish `unknown-file`)."""
    if "unknown-file" not in world.cast.blemishes:
        return {}
    name, text = _NOTES[world.cast.language]
    return {name: text.format(agency=world.cast.agency, company=world.cast.company).encode()}
