"""Goldens of the readers: what each sample in `tests/exports/<reader>/` must be read as.

`python tests/readers/golden.py [PATH...]` writes `<sample>.golden.json` beside every sample (or beside those
given) that has none; with `--force` also over those that are there. Read what it wrote before you commit it:
a golden is a claim about the sample, not a copy of what the code does today.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.source import Context

EXPORTS = Path(__file__).parents[1] / "exports"
ENDING = ".golden.json"
CONTEXT = Context(
    timezone="Europe/Rome",
    currency="EUR",
    site="https://laquercia.example",
    people={
        "ada": ("ada", "agency"),
        "ada neri": ("ada", "agency"),
        "bruno": ("bruno", "agency"),
        "bruno conti": ("bruno", "agency"),
        "front-desk": ("front-desk", "company"),
        "front desk": ("front-desk", "company"),
        "la quercia": ("front-desk", "company"),
        "rita": ("rita", "company"),
        "rita bosco": ("rita", "company"),
    },
    salt="golden",
    tables=[
        {
            "name": "leads",
            "files": ["contatti*.csv"],
            "table": "contacts",
            "columns": {
                "date": "Data",
                "source": "Provenienza",
                "contact_id": "E-mail",
                "stage": "Esito",
                "value": "Importo",
            },
            "values": {"stage": {"in attesa": "opportunity"}},
            "currency": "EUR",
        },
        {
            "name": "flickr-days",
            "header": ["Giorno", "Visite alle foto"],
            "table": "metrics",
            "columns": {"date": "Giorno", "views": "Visite alle foto", "followers": "Chi ci segue"},
            "constants": {"channel": "flickr"},
        },
        {
            "name": "leaflets",
            "files": ["volantini.csv"],
            "table": "spend",
            "columns": {"date": "Dal", "end_date": "Al", "amount": "Speso"},
            "constants": {"channel": "other", "campaign": "volantini"},
            "dates": "dmy",
            "numbers": "it",
        },
    ],
)


def samples(exports: Path = EXPORTS) -> list[Path]:
    """All samples, sorted: every file of a reader's folder that is no golden."""
    return sorted(
        path for path in exports.glob("*/**/*") if path.is_file() and not path.name.endswith(ENDING)
    )


def golden_path(sample: Path) -> Path:
    """Where the golden of a sample stands."""
    return sample.with_name(sample.name + ENDING)


def read_sample(sample: Path, exports: Path = EXPORTS) -> FileReading:
    """The sample as a client's file: its name is what follows the reader's folder."""
    folder = exports / sample.relative_to(exports).parts[0]
    return read_bytes(sample.relative_to(folder).as_posix(), sample.read_bytes(), CONTEXT)


def as_golden(reading: FileReading) -> str:
    """A reading as text that compares well: one row of a table on one line, missing values left out."""
    head = {
        "reader": reading.reader,
        "layout": reading.layout,
        "channel": reading.channel,
        "as_of": _plain(reading.as_of),
        "rows": {
            name: getattr(reading, f"rows_{name}")
            for name in ("read", "kept", "merged", "quarantined", "other")
        },
        "faults": [
            {key: fault[key] for key in ("code", "row", "column", "message")} for fault in reading.faults
        ],
    }
    tables = {
        name: [_record(row) for row in frame.to_dict("records")] for name, frame in reading.tables.items()
    }
    return _layout(head, tables)


def _record(row: dict[Any, Any]) -> dict[str, Any]:
    return {key: _plain(value) for key, value in row.items() if key != "source_file" and not pd.isna(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.isoformat() if value.tz else value.date().isoformat()
    if isinstance(value, float):
        return round(value, 6)
    return value if isinstance(value, str | int | None) else str(value)


def _layout(head: dict[str, Any], tables: dict[str, list[dict[str, Any]]]) -> str:
    lines = [f'  "{key}": {_json(value)},' for key, value in head.items() if key != "faults"]
    lines.append('  "faults": ' + _lines(head["faults"], "  ") + ",")
    blocks = [f'    "{name}": ' + _lines(rows, "    ") for name, rows in sorted(tables.items())]
    lines.append('  "tables": {' + ("\n" + ",\n".join(blocks) + "\n  " if blocks else "") + "}")
    return "{\n" + "\n".join(lines) + "\n}\n"


def _lines(rows: list[dict[str, Any]], indent: str) -> str:
    if not rows:
        return "[]"
    return "[\n" + ",\n".join(f"{indent}  {_json(row)}" for row in rows) + f"\n{indent}]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def main(arguments: list[str]) -> int:
    """Writes the goldens; 1 if some were left alone because they are there already."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, help="samples or folders of samples; default: all")
    parser.add_argument("--force", action="store_true", help="also over goldens that are there")
    options = parser.parse_args(arguments)
    wanted = [path.resolve() for path in options.paths] or [EXPORTS]
    refused = 0
    for sample in samples():
        if not any(sample == path or path in sample.parents for path in wanted):
            continue
        refused += not _write(sample, options.force)
    return 1 if refused else 0


def _write(sample: Path, force: bool) -> bool:
    """Writes one golden; False if it is there with another content and may not be replaced."""
    path, text = golden_path(sample), as_golden(read_sample(sample))
    if path.is_file() and path.read_text("utf-8") == text:
        return True
    if path.is_file() and not force:
        print(f"kept     {path.relative_to(EXPORTS)} (differs; --force replaces it)")
        return False
    path.write_text(text, "utf-8")
    print(f"written  {path.relative_to(EXPORTS)}")
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
