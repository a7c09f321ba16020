"""The last guard of the agency's own figures: a client's report that holds one of them is not made.

Pages cannot read them (see `telling`). Here what will be printed and attached is searched all the same, for a
page may be wrong and an analyst may write a comment: the figures' forms with cents, and with the currency. An
amount that the client's own tables hold too is not the agency's alone and is let through.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sharedsocial_utils.client import INTERNAL, Client
from sharedsocial_utils.delivering.notebooks import NOT_PRINTED
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.tables import TABLES, read_table

if TYPE_CHECKING:
    from nbformat import NotebookNode

BLOCKS, SVG = "application/vnd.typst-export.blocks+json", "image/svg+xml"
BETWEEN_TAGS = re.compile(r">([^<]+)<")
MONEY_WORDS = {
    "EUR": ("€", "eur", "euro", "euros"),
    "USD": ("$", "usd", "dollar", "dollars", "dollari"),
    "GBP": ("£", "gbp", "pound", "pounds", "sterline"),
    "CHF": ("chf", "fr.", "franchi", "francs"),
}
INVISIBLE = ("Cf", "Mn")
PRINTED = ("channel_quarter", "activity_quarter", "flags", "plan")
"""The tables whose amounts of money the pages print."""


class Text(NamedTuple):
    """A text that will be printed, where it stands, and whether a person wrote it."""

    where: str
    words: str
    by_hand: bool = False


@dataclass(frozen=True)
class Figure:
    """One internal figure: what it is, its value in the client's currency, whether it is reckoned."""

    name: str
    value: float
    reckoned: bool = False


@dataclass(frozen=True)
class Ours:
    """The internal figures of one client's quarter, and what the client may see: amounts of money to the cent
    and in whole, and all numbers."""

    figures: tuple[Figure, ...]
    amounts: frozenset[float] = frozenset()
    whole_amounts: frozenset[int] = frozenset()
    numbers: frozenset[float] = frozenset()
    currency: str = ""


def refuse_internal_figures(
    notebook: "NotebookNode", attachments: Path, processed: Path, client: Client
) -> None:
    """Raises `Fault` RP-02 where a figure of the agency stands in what the client will get: in a page, a
    comment, the document's metadata or an attached table.

    `notebook` is the executed report with its metadata `typst_export`, `attachments` the folder of what it
    attaches, `processed` that of the quarter's tables.
    """
    ours = figures_of(processed, client)
    if not ours.figures:
        return
    attached = notebook.metadata.get("typst_export", {}).get("attachments", [])
    for path in [attachments / str(item["path"]) for item in attached]:
        _search_table(path, ours)
    for text in printed(notebook):
        _search(text, ours)


def figures_of(processed: Path, client: Client) -> Ours:
    """The agency's figures of a quarter, from client.toml and from the tables' internal columns."""
    named = [(name, getattr(client.agency, name)) for name in INTERNAL]
    found = [Figure(f"agency.{name}", value) for name, value in named if value]
    for name, table in TABLES.items():
        if table.internal and found and (processed / f"{name}.parquet").is_file():
            found += _of_table(processed, name, table.internal)
    if not found:
        return Ours(())
    amounts = list(_numbers(client.for_client().model_dump(include={"agency", "company", "value"})))
    amounts += [number for name in PRINTED for number in _visible(processed, name, "currency")]
    return Ours(
        tuple(found),
        frozenset(round(number, 2) for number in amounts),
        frozenset(round(number) for number in amounts),
        frozenset(round(number, 2) for name in TABLES for number in _visible(processed, name)),
        client.currency,
    )


def _of_table(processed: Path, name: str, columns: Iterable[str]) -> list[Figure]:
    frame = read_table(processed, name)
    sums = {f"{name}.{column}": [*frame[column].dropna(), frame[column].sum()] for column in columns}
    return [
        Figure(where, float(value), reckoned=True)
        for where, values in sums.items()
        for value in values
        if value > 0
    ]


def _visible(processed: Path, name: str, unit: str = "") -> Iterator[float]:
    """The numbers of a table that the client may see, of columns in whose unit that word stands."""
    if (processed / f"{name}.parquet").is_file():
        frame = read_table(processed, name)
        for column in TABLES[name].columns:
            if column.audience == "both" and column.kind in ("number", "count") and unit in column.unit:
                # floats: those of numpy are rounded to the cent another way than the figures
                yield from map(float, frame[column.name].dropna().unique())


def _numbers(content: Any) -> Iterator[float]:
    if isinstance(content, Mapping):
        content = list(content.values())
    if isinstance(content, list | tuple):
        for part in content:
            yield from _numbers(part)
    elif isinstance(content, int | float):
        yield float(content)


def printed(notebook: "NotebookNode") -> Iterator[Text]:
    """Every text of the notebook that the PDF will hold, alternative texts and metadata among them."""
    yield from (Text("the document", words) for words in _strings(notebook.metadata.get("typst_export", {})))
    for cell in notebook.cells:
        tags = set(cell.metadata.get("tags", []))
        where = f"cell {cell.get('id', '?')}"
        if tags & NOT_PRINTED:
            continue
        if cell.cell_type != "code":
            yield Text(where, cell.source, by_hand=True)
        for output in cell.get("outputs", []):
            yield from (Text(where, words) for words in _strings(_shown(output)))


def _shown(output: Mapping[str, Any]) -> Any:
    data = output.get("data", {})
    return [data.get(BLOCKS), data.get(SVG), output.get("metadata"), output.get("text")]


def _strings(content: Any) -> Iterator[str]:
    """All texts in a tree of JSON; of an SVG what stands between its tags."""
    if isinstance(content, Mapping):
        content = list(content.values())
    if isinstance(content, list | tuple):
        for part in content:
            yield from _strings(part)
    elif isinstance(content, str):
        yield from BETWEEN_TAGS.findall(content) if content.lstrip().startswith("<svg") else [content]


def _search(text: Text, ours: Ours) -> None:
    letters = unicodedata.normalize("NFKC", text.words)
    plain = "".join(letter for letter in letters if unicodedata.category(letter) not in INVISIBLE)
    for figure in ours.figures:
        forms = _forms(figure, ours, text.by_hand)
        found = re.search("|".join(forms), plain, re.IGNORECASE) if forms else None
        if found:
            raise _fault(figure, text.where, found[0])


def _forms(figure: Figure, ours: Ours, by_hand: bool) -> list[str]:
    """Patterns of the ways to write a figure. Code prints it as it is; people round, and leave out the
    currency. Of the many reckoned figures code may print an equal sum by chance: there only cents tell."""
    cents = round(figure.value, 2)
    if cents in ours.amounts:
        return []
    forms = [_decimals(cents), *_with_currency(_tenths(cents), ours.currency)]
    if by_hand and cents % 1 and cents not in ours.numbers:
        forms.append(_tenths(cents))
    as_it_is = cents == round(cents) and not figure.reckoned
    if by_hand or (as_it_is and round(cents) not in ours.whole_amounts):
        forms += _with_currency(_whole(round(cents)), ours.currency)
    return [form for form in forms if form]


def _whole(number: int) -> str:
    """1234 => `1[.,' ]?234`."""
    groups = f"{number:,}".split(",")
    return r"(?<![\d.,])" + r"[.,'’ ]?".join(groups)


def _decimals(value: float) -> str:
    return rf"{_whole(int(value))}[.,]{round(value * 100) % 100:02d}(?!\d)"


def _tenths(value: float) -> str:
    """38.5 as `38,5`; nothing where the second decimal counts."""
    hundredths = round(value * 100) % 100
    return rf"{_whole(int(value))}[.,]{hundredths // 10}(?!\d)" if hundredths % 10 == 0 else ""


def _with_currency(number: str, currency: str) -> list[str]:
    if not number:
        return []
    words = "|".join(map(re.escape, MONEY_WORDS.get(currency, (currency,))))
    after = number.removeprefix(r"(?<![\d.,])")
    return [rf"{number}\s*(?:{words})(?!\w)", rf"(?<!\w)(?:{words})\s*{after}(?![\d]|[.,]\d)"]


def _search_table(path: Path, ours: Ours) -> None:
    """Searches an attached CSV: its header for internal columns, its cells for internal figures."""
    text = path.read_text("utf-8-sig", errors="replace")
    rows = csv.reader(StringIO(text, newline=""))
    hidden = {column for table in TABLES.values() for column in table.internal} | set(INTERNAL)
    for line, row in enumerate(rows, 1):
        where = f"{path.name}, line {line}"
        if line == 1 and (shown := hidden & set(row)):
            raise Fault("RP-02", "an attached table has a column of the agency", file=path.name,
                        line=1, text=sorted(shown)[0])  # fmt: skip
        for cell in row:
            _search_cell(cell, where, ours)


def _search_cell(cell: str, where: str, ours: Ours) -> None:
    try:
        number = round(float(cell), 2)
    except ValueError:
        _search(Text(where, cell), ours)
        return
    for figure in ours.figures:
        if number == round(figure.value, 2) and number not in ours.numbers:
            raise _fault(figure, where, cell)


def _fault(figure: Figure, where: str, form: str) -> Fault:
    return Fault("RP-02", f"{figure.name} stands in {where}", text=form)
