"""Umami, the export of a website: how many visits had each page, referrer, event, system, place.

(a website) > Export: a zip of `events.csv`, `pages.csv`, `referrers.csv`, `browsers.csv`, `os.csv`,
`devices.csv`, `countries.csv`; each has the same two headings whatever it counts, UTF-8, commas:

    x,y
    google.com,41
    facebook.com,9

`y` counts different visits with the label `x`. Nothing in the zip says the period, and at most 500 rows of a
table are exported: its figures can be put on no day, and one visit stands under several pages. The archive is
recognised and none of it is used; the file says so. Visits by day and source come from links with tags that
another analytics counts, or from a table mapped in client.toml.

Evidence: the exporter's own code.
"""

from collections.abc import Iterator

from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source

EXPORT = Export(
    service="Umami",
    menu="(a website) > Export (no export tells visits by day; nothing of it is used)",
    page="https://umami.is/docs",
    tables=(),
    layouts={
        "archive": "zip of seven tables x, y (code of May 2026)",
        "table": "one of them (code of May 2026)",
    },
    languages=("any",),
    counted_by="platform",
    evidence="PARSER",
)
_NAMES = frozenset(
    {"events.csv", "pages.csv", "referrers.csv", "browsers.csv", "os.csv", "devices.csv", "countries.csv"}
)
_SURE = frozenset({"events.csv", "pages.csv", "referrers.csv", "os.csv"})


def recognise(head: Head) -> Claim:
    """By the names in the zip; a lone table by its name and its two headings."""
    if head.type == "zip":
        names = {name.rpartition("/")[2] for name in head.members}
        return Claim("archive") if names >= _SURE else no("no `referrers.csv` with `os.csv` in the archive")
    is_ours = head.name.rpartition("/")[2] in _NAMES and head.lines[:1] == ["x,y"]
    return Claim("table") if is_ours else no("its header is not x,y, or its name none of Umami's")


def read(source: Source) -> Iterator[Rows]:
    """Nothing: no row can be put on a day."""
    for table in source.members().values() if source.layout == "archive" else [source]:
        table.skip()
    again = "nothing to do: no export of Umami tells visits by day"
    source.note("IN-DATE-04", "counts of a period that is not in the file", next_step=again)
    yield from ()
