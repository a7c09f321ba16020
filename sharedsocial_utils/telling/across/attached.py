"""What goes with the portfolio's document: the table of all clients, its codebook, the metadata."""

from typing import Any

import pandas as pd

from sharedsocial_utils.telling.across.clients import ROW, Clients
from sharedsocial_utils.telling.attached import as_csv, brand_of, cover_of
from sharedsocial_utils.telling.look import brand_files
from sharedsocial_utils.workspace import write_whole

FILES = ("portfolio.csv", "codebook.csv")


def attach(clients: Clients) -> None:
    """Writes the attached tables, the logo and the fonts into the portfolio's folder, each whole."""
    codebook = pd.DataFrame(
        [(column.name, column.kind, column.unit, column.meaning, column.audience) for column in ROW.columns],
        columns=["column", "kind", "unit", "meaning", "audience"],
    )
    for name, frame in zip(FILES, (clients.frame, codebook), strict=True):
        write_whole(clients.folder / "tables" / name, as_csv(frame))
    for name, path in brand_files(clients.look).items():
        write_whole(clients.folder / name, path.read_bytes())


def metadata(clients: Clients) -> dict[str, Any]:
    """What the exporter must know of the document."""
    title = clients.say("across.document", period=clients.period)
    return {
        "title": title,
        "language": clients.language,
        "authors": [clients.say("across.author")],
        "date": clients.quarter.last_day.isoformat(),
        "strict": True,
        "footer": f"{title} · {clients.say('across.internal')}",
        "subject": clients.say("across.subject"),
        "keywords": [str(clients.quarter)],
        "page_words": {"page": clients.say("document.page"), "of": clients.say("document.of")},
        "attachments": [
            {
                "path": f"tables/{name}",
                "name": name,
                "mime": "text/csv",
                "description": clients.say(f"table.{name.partition('.')[0]}"),
                "relationship": "data",
            }
            for name in FILES
        ],
        **brand_of(clients.look, title),
        **cover_of(clients.look, title),
    }
