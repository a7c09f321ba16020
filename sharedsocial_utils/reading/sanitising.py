"""A copy of a file that can be shown to others: the same shape; names, texts, addresses and ids invented.

The copy is made sign by sign, not written anew: encoding, separators, quotes, line ends, tags, keys, members
and sheets stay as they are, broken ones too, so that what a reader stumbles over is still there. A word that
some reader knows (headings, months, kinds, services), or that stands in the table's header, stays; any other
becomes an invented one of the same length and case, the same for the same. Long numbers are ids: all their
digits change, numbers that begin alike begin alike again. Of figures the first two digits of a run stay.
Days, times, years and zones stay.

Everything depends on a key made of the file's own bytes: the same file gives the same copy, and who has only
the copy cannot try out names.
"""

import hashlib
import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import PurePosixPath
from types import CodeType, FunctionType, ModuleType
from typing import Any

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import cells, containers, conventions, door, feeds, mapping, words
from sharedsocial_utils.tables import CHANNELS, METRICS

ID_DIGITS = 10  # and more: an id, or a phone number; no count seen has so many
LONG_ID_DIGITS = 13  # and more: a spreadsheet may have rounded it elsewhere, so that its first digits stay
LONG_ID_START = 7
KEPT_DIGITS = 2  # of a figure, so that sums stay nearly sums
HEADING_WORDS = 4  # of a heading that nobody knows: longer ones were seen to name pages
MESSAGE_WORDS = 3  # of a text in a function: with more it is a sentence of ours
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")  # seconds or milliseconds, 2001 to 2033
_DAY = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]))?")
_SERIAL = range(36_526, 55_153)  # days of the years 2000 to 2050, as workbooks number them
_CLOCK = re.compile(
    r"(?i)\d{1,2}(?:am|pm|st|nd|rd|th)|\d{1,2}t\d{1,2}z?|\d{2,6}z|20\d{6}t\d{4,6}z?|\d{4}q[1-4]"
    r"|p?t?(?:\d+[ymwdhs])+|utf\d+"
)
_TOKEN = re.compile(
    r"(?P<kept>&#?\w{1,8};|%[0-9A-Fa-f]{2}|\\u[0-9a-fA-F]{4}|\\[a-zA-Z])"
    r"|(?P<rounded>(?<![\w.])\d(?:[.,]\d+)?[eE][+-]?\d+\b)"
    r"|(?P<hex>\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b)"
    r"|(?P<word>[^\W_]+(?:[\u00ad\u0300-\u036f]+[^\W_]*)*)"
)
_MARKUP = re.compile(
    r"(?P<data><!\[CDATA\[.*?(?:\]\]>|\Z))|(?P<comment><!--.*?(?:-->|\Z))|(?P<tag><[/?!]?[a-zA-Z][^<>]*>?)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([\w:.-]+)(\s*=\s*)(\"[^\"]*\"|'[^']*')")
_KEPT_ATTRIBUTE = re.compile(
    r"(?i)xmlns.*|version|encoding|rel|type|ispermalink|xsi:.*|xml:.*|ss:(?!name).*|domain"
)
_STRING = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|(?<![\w"])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?')
_KEY = re.compile(r'"[a-z_@$][A-Za-z_:@$-]*"')
_CELL = re.compile(r"(<c\b[^>]*(?<!/)>)(.*?)(</c>)", re.DOTALL)
_CALENDAR_TEXT = re.compile(
    r"(?im)^(?!BEGIN|END|DT|RRULE|EXDATE|RDATE|RECURRENCE|VERSION|CALSCALE|METHOD|TZ|STATUS|TRANSP|CLASS|SEQUENCE"
    r"|DURATION|CREATED|LAST-MODIFIED|PRIORITY|ACTION|TRIGGER|REPEAT)([A-Z-]+)([^:\r\n]*:)(.*)$|^([ \t].*)$"
)
_CALENDAR_NAME = re.compile(
    r"(?i)(;(?:CN|DIR|EMAIL|MEMBER|SENT-BY|DELEGATED-\w+|X-[\w-]+)=)(\"[^\"]*\"|[^;:]*)"
)
_BLANK_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154789c6300010000050001"
    "0d0a2db40000000049454e44ae426082"
)
_PUBLIC = """
    self alternate replies hub next edit icon http https ftp www com org net edu gov it uk de fr es eu io
    example html htm php xml rss atom rdf json csv tsv txt xlsx xls zip ics pdf png jpg jpeg gif mp4 utm
    source medium campaign content term feed feeds comments default posts status photos photo videos video
    reel reels watch activity urn li share permalink p v id story fbid google facebook instagram twitter
    youtube youtu linkedin pinterest tiktok mastodon bluesky bsky flickr slideshare foursquare swarm tripit
    dopplr trello asana clickup notion toggl clockify harvest tempo jira hubspot salesforce pipedrive
    flamingo mailchimp mailerlite brevo hootsuite sprout matomo plausible umami wordpress jetpack blogger
    blogspot feedburner gravatar jsonfeed w3 purl webfeeds schemas microsoft openxmlformats wellformedweb
    activitystreams public telegram threads analytics ads adwords gmb insights report reports organic cpc
    ppc paid email newsletter referral direct none set not social search display a b i p br hr div span img
    src href alt class style title strong em blockquote ul ol li h1 h2 h3 h4 h5 h6 figure figcaption iframe
    script target blank nofollow noopener table tr td th body head meta link true false yes no si sì on off
    null nan na utc gmt cet cest met utf ascii iso lang en it publish draft private pending inherit trash
    open closed approve approved spam pingback trackback comment post page attachment nav menu item
    completed complete done active archived enabled paused removed ended eur usd gbp chf cad aud jpy sek nok
    dkk pln czk huf ron
"""
_MONTHS_AND_DAYS = """
    january february march april may june july august september october november december
    gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    januar februar märz april mai juni juli august september oktober november dezember
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur fri sat sun
    lunedì martedì mercoledì giovedì venerdì sabato domenica lun mar mer gio ven sab dom am pm st nd rd th
"""


def sanitise(name: str, data: bytes) -> tuple[dict[str, Any], bytes]:
    """The copy's `name`, what is `said` of it, and its bytes.

    Raises `Fault`: IN-FILE-01 empty, IN-FILE-05 for a type that cannot be made anew (PDF, picture, web page),
    and those of archives and workbooks.
    """
    copy = _Copy(hashlib.sha256(data).digest())
    made_name, made = copy.file(name, data)
    said = f"{copy.replaced} words and ids were replaced; figures are changed a little, days are not"
    if made_name.endswith(".xlsx") and not name.endswith(".xlsx"):
        said += "; the old workbook was written as .xlsx"
    return {"name": made_name, "said": said, "replaced": copy.replaced}, made


class _Copy:
    """One copying: what each word became, so that the same stays the same."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.known: frozenset[str] | set[str] = vocabulary()
        self.made: dict[str, str] = {}
        self.words: dict[str, str] = {}  # folded word -> invented word
        self.taken: set[str] = set()

    @property
    def replaced(self) -> int:
        """How many different words and ids were replaced."""
        return sum(was != now for was, now in self.made.items())

    # ---- files

    def file(self, name: str, data: bytes) -> tuple[str, bytes]:
        """The new name and content of a file or of a member of an archive."""
        head = door.Head(name, data)
        if head.type == "empty":
            raise Fault("IN-FILE-01", "the file is empty")
        if head.type in ("html", "pdf", "image", "binary", "gzip"):
            found, expected = f"{head.type} cannot be sanitised", "text, a workbook or a zip archive"
            raise Fault("IN-FILE-05", found, expected=expected, next_step="send us its first lines by hand")
        self._learn_header(head)
        new_name = self.name(name)
        if head.type == "zip":
            return new_name, self._archive(data)
        if head.type == "xlsx":
            return new_name, self._workbook(data)
        if head.type == "xls":
            return f"{PurePosixPath(new_name).with_suffix('')}.xlsx", self._old_workbook(data)
        how = {"json": self.json, "xml": self.markup, "calendar": self.calendar}.get(head.type, self.text)
        text, encoding, errors = _decoded(data, is_markup=head.type == "xml")
        return new_name, how(text).encode(encoding, errors)

    def name(self, name: str) -> str:
        """A file's name: what readers know of it stays."""
        stem, dot, ending = name.rpartition(".")
        return f"{self.text(stem)}{dot}{ending}" if dot else self.text(name)

    def _learn_header(self, head: door.Head) -> None:
        """The words of the table's header stay: without them nobody can see why a file is not known."""
        try:
            grid = mapping.grid_of(head)
        except Fault:
            return
        known = {
            cells.heading(alias)
            for names in words.NAMES.values()
            for every in names.values()
            for alias in every
        }
        if any(cells.heading(cell) in known | headings() for cell in grid.header):
            short = [cell for cell in grid.header if len(cell.split()) <= HEADING_WORDS]
            self.known = {*self.known, *_words_in(" ".join(short))}

    def _archive(self, data: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
            for name, content in containers.archive(data).items():
                new_name, new = self._member(name, content)
                zipped.writestr(zipfile.ZipInfo(new_name), new, zipfile.ZIP_DEFLATED)
        return made.getvalue()

    def _member(self, name: str, content: bytes) -> tuple[str, bytes]:
        if not content.strip():
            return self.name(name), content
        kind = door.Head(name, content).type
        if kind == "image":
            return self.name(name), _BLANK_PNG
        if kind in ("html", "pdf", "binary", "gzip"):
            return self.name(name), b"left out\n"
        return self.file(name, content)

    # ---- workbooks

    def _workbook(self, data: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
            for name, content in containers.archive(data).items():
                zipped.writestr(zipfile.ZipInfo(name), self._part(name, content), zipfile.ZIP_DEFLATED)
        return made.getvalue()

    def _part(self, name: str, content: bytes) -> bytes:
        if "/media/" in name:
            return _BLANK_PNG
        if name.endswith(".bin"):
            return b""
        how = next((how for part, how in self._parts().items() if part in name), None)
        return (
            how(content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
            if how
            else content
        )

    def _parts(self) -> Mapping[str, Callable[[str], str]]:
        """What is done to a workbook's part, by what its name holds; others are styles and structure."""
        return {
            "xl/worksheets/_rels/": self._outside,
            "xl/worksheets/": lambda text: _CELL.sub(self._cell, text),
            "xl/sharedStrings": self._text_between_tags,
            "xl/workbook.xml": self._sheet_names,
            "xl/tables/": lambda text: re.sub(r'(\sname=")([^"]*)', self._attribute, text),
            "omments": self._text_between_tags,
            "xl/persons/": lambda text: re.sub(r'(\s(?:displayName|userId)=")([^"]*)', self._attribute, text),
            "docProps/": self._text_between_tags,
            "customXml/": self._text_between_tags,
        }

    def _attribute(self, match: re.Match[str]) -> str:
        return match[1] + self.text(match[2])

    def _sheet_names(self, text: str) -> str:
        return re.sub(r'(<sheet\b[^>]*?\sname=")([^"]*)', self._attribute, text)

    def _outside(self, text: str) -> str:
        return re.sub(r'(\sTarget=")(https?:[^"]*)', self._attribute, text)

    def _text_between_tags(self, text: str) -> str:
        return re.sub(r"(>)([^<>]+)", self._attribute, text)

    def _cell(self, match: re.Match[str]) -> str:
        """A cell of text is text; the number of a shared string, a truth and an error stay."""
        opening, inside, closing = match.groups()
        if re.search(r'\st="[sbe]"', opening):
            return match[0]
        if re.search(r'\st="(?:str|inlineStr)"', opening):
            return opening + re.sub(r"(<(?:t|v)\b[^>]*>)([^<]*)", self._attribute, inside) + closing
        return opening + re.sub(r"(<v>)([^<]*)", self._figure, inside) + closing

    def _figure(self, match: re.Match[str]) -> str:
        whole = match[2].partition(".")[0]
        return match[0] if whole.isdigit() and int(whole) in _SERIAL else match[1] + self.text(match[2])

    def _old_workbook(self, data: bytes) -> bytes:
        """The sheets of an .xls as .xlsx: its bytes hold more than we could vouch for."""
        import openpyxl

        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in containers.sheets(data).items():
            sheet = book.create_sheet(self.text(title)[:31])
            for number, row in enumerate(rows, start=1):
                for place, cell in enumerate(row, start=1):
                    sheet.cell(number, place).value = self.text(cell)
        made = io.BytesIO()
        book.save(made)
        return made.getvalue()

    # ---- texts

    def text(self, text: str) -> str:
        """Any text: its words and numbers replaced, all other signs in their place."""
        return _TOKEN.sub(self._token, text)

    def markup(self, text: str) -> str:
        """XML or HTML: tags and the names of attributes stay."""
        parts, done = [], 0
        for match in _MARKUP.finditer(text):
            parts += [self.text(text[done : match.start()]), self._marked(match)]
            done = match.end()
        return "".join([*parts, self.text(text[done:])])

    def _marked(self, match: re.Match[str]) -> str:
        if match["data"]:
            return "<![CDATA[" + self.markup(match[0][9:])
        if match["comment"]:
            return "<!--" + self.markup(match[0][4:])
        if match[0].startswith(("<?xml ", "<!")):
            return match[0]
        return _ATTRIBUTE.sub(self._value, match[0])

    def _value(self, match: re.Match[str]) -> str:
        kept = _KEPT_ATTRIBUTE.fullmatch(match[1])
        return (
            match[0]
            if kept
            else f"{match[1]}{match[2]}{match[3][0]}{self.text(match[3][1:-1])}{match[3][-1]}"
        )

    def json(self, text: str) -> str:
        """JSON: keys that a service gives stay; strings, numbers and keys that are somebody's name change."""
        keys = Counter(match[1] for match in _STRING.finditer(text) if match[2] is not None)
        kept = {key for key, times in keys.items() if self._is_given(key, times)}
        return _STRING.sub(lambda match: self._json_value(match, kept), text)

    def _is_given(self, key: str, times: int) -> bool:
        """A service gives a key to every object; a name that is a key stands there once."""
        is_known = all(word in self.known for word in _words_in(key))
        return is_known or (times > 1 and _KEY.fullmatch(key) is not None)

    def _json_value(self, match: re.Match[str], kept: set[str]) -> str:
        if match[2] is not None and match[1] in kept:
            return match[0]
        return self.text(match[1]) + (match[2] or "") if match[1] else self.text(match[0])

    def calendar(self, text: str) -> str:
        """A calendar: the names of properties, days and rules stay."""
        return _CALENDAR_TEXT.sub(self._property, text)

    def _property(self, match: re.Match[str]) -> str:
        if match[1] is None:  # a line that goes on with the one above
            return match[4][0] + self.text(match[4][1:])
        return match[1] + _CALENDAR_NAME.sub(self._attribute, match[2]) + self.text(match[3])

    # ---- words and numbers

    def _token(self, match: re.Match[str]) -> str:
        token = match[0]
        if match["kept"] or match["rounded"]:
            return token
        if token not in self.made:
            self.made[token] = self._code(token) if match["hex"] else self._invented(token)
        return self.made[token]

    def _invented(self, token: str) -> str:
        if token.isdigit():
            return self._number(token)
        plain = _folded(token)
        if len(plain) < 2 or plain in self.known or _CLOCK.fullmatch(plain):
            return token
        if any(char.isdigit() for char in plain):
            is_numbered = plain.rstrip("0123456789") in self.known  # such as part0
            return token if is_numbered or len(plain) < 4 else self._code(token)
        return _as_written(token, self._word(plain))

    def _word(self, plain: str) -> str:
        """A word that can be spoken, as long as the given; no other word of the file becomes the same."""
        if plain not in self.words:
            candidates = [self._spoken(plain, attempt) for attempt in range(40)]
            free = (
                word
                for word in candidates
                if word not in self.taken and word not in self.known and word != plain
            )
            self.words[plain] = next(free, candidates[0])
            self.taken.add(self.words[plain])
        return self.words[plain]

    def _spoken(self, plain: str, attempt: int) -> str:
        signs = ("bdfglmnprstvz", "aeiou")
        start = self._hash(f"word {attempt} {plain}")
        turns = (signs[(place + start[0]) % 2] for place in range(len(plain)))
        noise = (start[place % 31 + 1] for place in range(len(plain)))
        return "".join(
            turn[number % len(turn)] if char.isascii() else char
            for char, turn, number in zip(plain, turns, noise, strict=True)
        )

    def _code(self, token: str) -> str:
        """An id of letters and digits: a digit for a digit, a letter for a letter, hex for hex."""
        is_hex = re.fullmatch(r"[0-9a-f-]+|[0-9A-F-]+", token) is not None
        letters = "abcdef" if is_hex else "abcdefghijklmnopqrstuvwxyz"
        noise = b"".join(self._hash(f"code {n} {token}") for n in range(len(token) // 32 + 1))
        return "".join(_replaced(char, noise[place], letters) for place, char in enumerate(token))

    def _number(self, digits: str) -> str:
        if _DAY.fullmatch(digits) or _EPOCH.fullmatch(digits):
            return digits
        if len(digits) >= ID_DIGITS:
            return self._digits(digits, LONG_ID_START if len(digits) >= LONG_ID_DIGITS else 0)
        return digits if digits.startswith("0") else self._digits(digits, KEPT_DIGITS)

    def _digits(self, digits: str, kept: int) -> str:
        """Each digit but the first `kept` depends on those before it, and stays below or above five.

        So numbers that begin alike begin alike again, and rounding stays true. Zeros at the end of an id
        stay: a spreadsheet put them there.
        """
        zeros = len(digits) - len(digits.rstrip("0")) if kept != KEPT_DIGITS else 0
        last = len(digits) - zeros if zeros > 2 else len(digits)
        return digits[:kept] + "".join(self._digit(digits, n) for n in range(kept, last)) + digits[last:]

    def _digit(self, digits: str, place: int) -> str:
        group = "56789" if digits[place] >= "5" else "1234" if place == 0 else "01234"
        if digits[place] not in group:
            return digits[place]
        order = self._hash(f"digits {digits[:place]}")
        shuffled = sorted(group, key=lambda digit: order[int(digit)])
        return shuffled[group.index(digits[place])]

    def _hash(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self.key, digest_size=32).digest()


def _replaced(char: str, noise: int, letters: str) -> str:
    if char.isdigit():
        return str(noise % 10)
    if not char.isascii() or not char.isalpha():
        return char
    letter = letters[noise % len(letters)]
    return letter.upper() if char.isupper() else letter


def _as_written(token: str, word: str) -> str:
    """The invented word with the case, soft hyphens and accents of the original."""
    letters = iter(word)
    return "".join(_cased(char, letters) for char in token)


def _cased(char: str, letters: Iterator[str]) -> str:
    if char == "\u00ad" or unicodedata.combining(char):
        return char
    letter = next(letters, char)
    if not char.isascii():
        return char
    return letter.upper() if char.isupper() else letter


def _folded(token: str) -> str:
    """A word as it is compared; of a letter and its accent one sign."""
    return unicodedata.normalize("NFC", token.replace("\u00ad", "")).lower()


def _decoded(data: bytes, is_markup: bool) -> tuple[str, str, str]:
    """The text, and the encoding and way of errors that give the very same bytes back."""
    wide = {"utf-16": "utf-16-be" if data.startswith(b"\xfe") else "utf-16-le"}
    named = cells.wide_encoding(data)
    encodings = [wide.get(named, named)] if named else ["utf-8", *(() if is_markup else ("cp1252",))]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.encode(encoding) == data:
            return text, encoding, "strict"
    return data.decode("utf-8", "surrogateescape"), "utf-8", "surrogateescape"


# ---- what readers know


@cache
def vocabulary() -> frozenset[str]:
    """The words that stay: those of the readers' constants, of ours, of days, services and markup."""
    own = " ".join([_PUBLIC, _MONTHS_AND_DAYS, *CHANNELS, *METRICS])
    modules = [*door.readers().values(), conventions, feeds, words]
    return frozenset(word for text in (own, *_constants(modules)) for word in _words_in(text))


@cache
def headings() -> frozenset[str]:
    """The headings that readers know."""
    return frozenset(cells.heading(text) for text in _constants([*door.readers().values()]))


def _words_in(text: str) -> Iterator[str]:
    return (_folded(match["word"]) for match in _TOKEN.finditer(text) if match["word"])


def _constants(modules: "list[Any]") -> Iterator[str]:
    """All texts in the constants of modules, those of their shared modules too."""
    for module in modules:
        for name, value in vars(module).items():
            if name.startswith("__") or name == "EXPORT":
                continue
            if name == "IGNORES":  # its values are our reasons
                yield from value
                continue
            if isinstance(value, ModuleType) and value.__name__.startswith("sharedsocial_utils.readers._"):
                yield from _constants([value])
            yield from _texts(value)
            if isinstance(value, FunctionType) and value.__module__ == module.__name__:
                yield from (text for text in _of_code(value.__code__) if text != value.__doc__)


def _of_code(code: CodeType) -> Iterator[str]:
    """The texts that a function compares with: those of a few words, which no message is."""
    for value in code.co_consts:
        if isinstance(value, CodeType):
            yield from _of_code(value)
        else:
            yield from (text for text in _texts(value) if len(text.split()) <= MESSAGE_WORDS)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, re.Pattern):
        yield str(value.pattern)
    elif isinstance(value, Mapping):
        for key, inside in value.items():
            yield from (*_texts(key), *_texts(inside))
    elif isinstance(value, tuple | list | set | frozenset):
        for inside in value:
            yield from _texts(inside)
