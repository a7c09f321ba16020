"""The error contract: what went wrong, where, what was expected and found, and what to do next.

A fault is raised as `Fault`, printed by `Fault.text()` and, equal in content, by `Fault.as_dict()`.
`CATALOGUE` holds every code once, with its cause and its cure; messages, documentation and the list of
tests are made from it.
"""

import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple


class Kind(NamedTuple):
    """One kind of fault: why it happens, and what the user does about it."""

    cause: str
    cure: str


CATALOGUE: dict[str, Kind] = {
    # files
    "IN-FILE-01": Kind("the file is empty", "export it again, or delete it"),
    "IN-FILE-02": Kind("the file has a header and no data rows", "check the period chosen at the export"),
    "IN-FILE-03": Kind(
        "the file ends in the middle of a row", "download it again: the last row was not used"
    ),
    "IN-FILE-04": Kind("the file's name says one type, its content another", "give it its true ending"),
    "IN-FILE-05": Kind(
        "no reader knows this format",
        "see `sharedsocial readers` for what each service's export must look like",
    ),
    "IN-FILE-06": Kind("two readers claim this file", "send us the file's header: this is a fault of ours"),
    "IN-FILE-07": Kind("the file is larger than the limit", "export a shorter period"),
    "IN-FILE-08": Kind(
        "not a regular file (a link, a folder of links or a device)", "put the file itself there"
    ),
    "IN-FILE-09": Kind("the same bytes lie under two names", "delete one of them; it was read once"),
    "IN-FILE-10": Kind(
        "the reader stopped: memory, time or a crash", "export a shorter period; the file may be damaged"
    ),
    "IN-FILE-11": Kind("a fault of the reader itself", "send us the file's header: this is a fault of ours"),
    "IN-FILE-12": Kind("the file cannot be opened", "check that it exists and may be read"),
    "IN-FILE-13": Kind(
        "an export of a known service that says nothing about effort or results",
        "see `sharedsocial readers` for the export that does",
    ),
    # text
    "IN-ENC-01": Kind("the bytes are of no single encoding", "export again as UTF-8"),
    "IN-ENC-02": Kind(
        "text was decoded with the wrong encoding by whoever saved it", "export again, do not re-save"
    ),
    "IN-ENC-03": Kind("control characters stand in the text", "export again, do not re-save"),
    # delimited tables
    "IN-CSV-01": Kind(
        "a row has more or fewer fields than the header", "look at the row for a stray separator"
    ),
    "IN-CSV-02": Kind("a quote is opened and never closed", "look at the row for a stray quotation mark"),
    "IN-CSV-03": Kind("two separators fit the table equally well", "export again without re-saving"),
    "IN-CSV-04": Kind("a needed column is missing", "choose the column in the export and download again"),
    "IN-CSV-05": Kind("two columns fit one field", "export again without the double"),
    "IN-CSV-06": Kind("the printed total is not the sum of the rows", "export again: rows may be missing"),
    "IN-CSV-07": Kind("a row stands above the header", "export again, do not sort or re-save"),
    "IN-CSV-08": Kind(
        "in a file of several tables, rows under a heading that is not known",
        "download it again; if the heading is the service's own, send us that line",
    ),
    "IN-CSV-09": Kind("two exports stand in one file", "keep each export in a file of its own"),
    # values
    "IN-NUM-01": Kind(
        "1.234 can be 1234 or 1.234 and no row of the column decides", "export again in the other locale"
    ),
    "IN-NUM-02": Kind("not a number", "correct the cell in the service and export again"),
    "IN-NUM-03": Kind("an impossible number", "correct the cell in the service and export again"),
    "IN-NUM-04": Kind(
        "the service tells a bound instead of the figure, such as < 10", "nothing to do: it counts as missing"
    ),
    "IN-DATE-01": Kind(
        "03/04 can be 3 April or 4 March and no row decides", "export with dates as YYYY-MM-DD"
    ),
    "IN-DATE-02": Kind("a day that does not exist", "correct the cell in the service and export again"),
    "IN-DATE-03": Kind("not a date", "correct the cell in the service and export again"),
    "IN-DATE-04": Kind("the file does not say its period", "keep the name the service gave the file"),
    "IN-DATE-05": Kind(
        "figures of a whole period, which cannot be put on its days", "export with the day as a dimension"
    ),
    "IN-DATE-06": Kind(
        "an amount for a period of which other figures tell some days: it would count twice",
        "export the whole period by day",
    ),
    "IN-DATE-07": Kind("the last day was not over when the file was exported", "export again on a later day"),
    "IN-DATE-08": Kind(
        "another analytics tool counted the same days: its figures are used",
        "nothing to do: visits are never added over two tools",
    ),
    "IN-ID-01": Kind(
        "an id in scientific notation: a spreadsheet has lost its digits", "export again, do not re-save"
    ),
    "IN-ID-02": Kind("a row without its id", "nothing to do: the row cannot be merged and was not used"),
    "IN-ID-03": Kind("an id stands twice with different content", "look at the two rows: the first was used"),
    "IN-CUR-01": Kind(
        "the amounts are in another currency than the client's", "export in the client's currency"
    ),
    "IN-ACC-01": Kind("the file belongs to another account", "remove it from this client's folder"),
    "IN-ACC-02": Kind("the file does not say whose it is", "export a longer period"),
    "IN-PRIV-01": Kind("the file is nothing but personal data", "delete it: nothing in it is used"),
    "IN-WORD-01": Kind(
        "a word of the client's own table that is none of ours",
        "say which of ours it is, in [tables.values] of the table's section in client.toml",
    ),
    "IN-TIME-01": Kind(
        "a running or reversed time entry", "stop the timer or correct the entry, export again"
    ),
    # containers
    "IN-XLS-01": Kind(
        "the workbook is encrypted, damaged or too large", "save it without a password and try again"
    ),
    "IN-XLS-02": Kind("a formula without its stored value", "open the workbook, save it, and try again"),
    "IN-XLS-03": Kind("a hidden sheet was not read", "unhide it in Excel if its rows count"),
    "IN-XLS-04": Kind("a sheet that is a chart has no rows", "nothing to do"),
    "IN-ZIP-01": Kind("the archive expands beyond the limit or is damaged", "download it again"),
    "IN-ZIP-02": Kind("an entry's name leads outside the archive", "do not use this archive"),
    "IN-JSON-01": Kind("not valid JSON", "download it again"),
    "IN-JSON-02": Kind("JSON nested too deep or too large", "do not use this file"),
    "IN-XML-01": Kind("not well-formed XML", "download it again"),
    "IN-XML-02": Kind("the XML declares entities or a DTD", "do not use this file"),
    "IN-FEED-01": Kind("not a feed", "save the feed's address itself, not a page"),
    "IN-FEED-02": Kind("an entry without a readable date", "correct the entry in the blog"),
    "IN-ICS-01": Kind("a calendar entry that cannot be read", "correct the entry in the calendar"),
    "IN-ICS-02": Kind(
        "a calendar or a series of events beyond the limits", "export a shorter period, or end the series"
    ),
    "IN-ZONE-01": Kind(
        "a time zone that nobody knows", "give the entries a zone such as Europe/Rome, export again"
    ),
    # the client's file
    "CL-01": Kind(
        "no such client in the workspace", "use one of the known names, or `sharedsocial new CLIENT`"
    ),
    "CL-02": Kind("client.toml is not valid TOML", "correct the line"),
    "CL-03": Kind("client.toml has an unknown key", "use the known key, or delete the line"),
    "CL-04": Kind("client.toml has a wrong value", "correct the value"),
    "CL-05": Kind(
        "not a client id: lower-case letters, digits and hyphens only, at most 63", "choose another id"
    ),
    "CL-06": Kind("the client's folder has no client.toml", "`sharedsocial new CLIENT` writes one"),
    "CL-07": Kind("not a quarter: a year, Q and 1 to 4, such as 2026Q3", "give the quarter as 2026Q3"),
    "CL-08": Kind("the client exists already", "edit its client.toml, or choose another id"),
    "CL-09": Kind("decisions.csv cannot be read", "correct the line"),
    "CL-12": Kind("the decision was not recorded", "see `sharedsocial decide --help`"),
    "CL-10": Kind("the command was not understood", "see `sharedsocial --help`"),
    # the workspace
    "WS-01": Kind(
        "not a workspace: no data/raw in it", "run the command in the workspace, or pass --workspace"
    ),
    "WS-02": Kind("the folder cannot be written", "check its rights and the free space"),
    "WS-03": Kind("a table of the workspace is missing or not as the codebook says", "run the audit again"),
    "WS-04": Kind(
        "nothing to audit: no file of the client covers the quarter",
        "`sharedsocial check CLIENT` lists what is needed",
    ),
    "WS-05": Kind("too few clients to learn from", "audit five clients or more, then learn"),
    # runs
    "RUN-01": Kind("another run works on it", "wait until it has ended"),
    "RUN-02": Kind(
        "a package is missing or has a version that was not proven", "install requirements.lock: `make audit`"
    ),
    "RUN-03": Kind("the client's process ended or took too long", "run it alone with `sharedsocial audit`"),
    "RUN-04": Kind("the cluster cannot be used", "start its scheduler and its workers; see its dashboard"),
    # notebooks and the PDF
    "NB-01": Kind("the notebook's parameters are not those given", "correct the parameter's name"),
    "NB-02": Kind("a cell of a notebook failed", "open the saved notebook at that cell"),
    "NB-03": Kind(
        "a notebook ran out of time or its kernel died", "open the saved notebook at its last cell"
    ),
    "NB-04": Kind("the project's notebooks were not found", "run the command in a clone of the project"),
    "PDF-01": Kind("the notebook cannot be exported", "correct the cell named"),
    # what the report may show
    "RP-01": Kind("a client's report asks for a figure of the agency", "make the document for the agency"),
    "RP-02": Kind("a figure of the agency stands in a client's report", "take it out of the place named"),
    "RP-03": Kind(
        "the logo or a font cannot be used",
        "put a PNG or SVG of at most 1 MB, TTF or OTF fonts of at most 2 MB beside the file that names them",
    ),
    "RP-04": Kind(
        "the edited notebook is not the audit's, its words apart",
        "undo that change, or run `sharedsocial audit` again: comments are carried over",
    ),
    "RP-05": Kind("there is no report of this quarter", "`sharedsocial audit CLIENT` makes it"),
    # ours
    "XX-01": Kind("a fault of sharedsocial itself", "run again with --debug and report what it prints"),
}


@dataclass
class Fault(Exception):
    """A fault after the contract. `code` is a key of `CATALOGUE`; lines and columns count from 1."""

    code: str
    found: str
    file: str = ""
    sheet: str = ""
    line: int | None = None
    column: int | None = None
    text: str = ""
    expected: str = ""
    client: str = ""
    next_step: str = field(default="")

    def __post_init__(self) -> None:
        super().__init__(self.code, self.found)
        if self.code not in CATALOGUE:
            raise KeyError(f"fault code {self.code!r} is not in the catalogue")
        self.text = visible(self.text[:80])[:80]

    def __str__(self) -> str:
        return self.message()

    def message(self) -> str:
        """The cause in one sentence: what is there and what was expected, without the place."""
        parts = [self.found or CATALOGUE[self.code].cause]
        if self.text:
            parts[0] += f": {self.text!r}"
        if self.expected:
            parts.append(f"expected {self.expected}")
        return "; ".join(parts)

    def place(self) -> str:
        """`la-quercia  toggl.csv, sheet Metrics, line 41, column 5`: only the parts that are known."""
        where = [self.file] if self.file else []
        where += [f"sheet {self.sheet}"] if self.sheet else []
        where += [f"line {self.line}"] if self.line else []
        where += [f"column {self.column}"] if self.column else []
        return "  ".join(part for part in (self.client, ", ".join(where)) if part)

    def cure(self) -> str:
        """What the user does next."""
        return self.next_step or CATALOGUE[self.code].cure

    def sentences(self) -> str:
        """What is wrong and what to do next, without the place."""
        return f"{sentence(self.message())} {sentence(self.cure())}"

    def one_line(self) -> str:
        """Everything on one line, for a log."""
        return "  ".join(part for part in (self.code, self.place(), self.sentences()) if part)

    def as_dict(self) -> dict[str, Any]:
        """The same content for machines."""
        return {
            "code": self.code,
            "message": self.sentences(),
            "client": self.client or None,
            "file": self.file or None,
            "sheet": self.sheet or None,
            "line": None if self.line is None else int(self.line),
            "column": None if self.column is None else int(self.column),
            "text": self.text or None,
            "expected": self.expected or None,
            "next": self.cure(),
        }

    def at(self, **place: Any) -> "Fault":
        """The same fault with more of its place known: `fault.at(file="a.csv", client="rossi")`."""
        return replace(self, **place)


def sentence(words: str) -> str:
    """With a capital and a full stop."""
    return words[:1].upper() + words[1:] + ("" if words.endswith(("?", ".")) else ".")


def visible(text: str) -> str:
    """Control, bidirectional and zero-width characters shown as `\\x00` or `\\u202e`; all else as it is."""
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"
    return char


def did_you_mean(word: str, known: list[str]) -> str:
    """`did you mean "planned"?` when one of the known words is close, else the known words."""
    from difflib import get_close_matches

    close = get_close_matches(word, known, n=1)
    if close:
        return f'did you mean "{close[0]}"?'
    return f"known: {', '.join(sorted(known))}" if known else "none is known"
