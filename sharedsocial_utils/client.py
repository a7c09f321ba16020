"""The client's file, `client.toml`: who works, on what, for whom, at which rates.

Read with `load_client`; an unknown key or a wrong value is a `Fault` that names the line.
"""

import re
import tomllib
from collections.abc import Sequence
from datetime import date
from fnmatch import fnmatchcase
from functools import cache, cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sharedsocial_utils.errors import Fault, did_you_mean
from sharedsocial_utils.tables import ACTIVITY_KINDS, CHANNELS, METRICS, SIDES, STAGES

SYSTEMS = (
    "domains", "ga4", "universal-analytics", "matomo", "plausible", "umami", "search-console",
    *CHANNELS[: CHANNELS.index("search")],
    "hubspot", "salesforce", "pipedrive", "mailchimp", "mailerlite", "toggl", "clockify", "harvest", "tempo",
    "trello", "asana", "clickup", "notion", "hootsuite",
)  # fmt: skip
"""Whose accounts `[identity]` may list: the channels, the services, and `domains` for sites and feeds."""

MAPPABLE: dict[str, tuple[str, ...]] = {
    "items": ("channel", "item_id", "done_at", "kind", "author", "title", "url", "reply_to", *METRICS),
    "metrics": ("channel", "date", "item_id", *METRICS),
    "visits": (
        "date", "source", "medium", "campaign", "landing", "sessions", "users", "views", "key_events",
    ),
    "contacts": ("contact_id", "date", "stage", "source", "medium", "campaign", "channel", "value"),
    "effort": ("entry_id", "date", "person", "project", "task", "tags", "hours"),
    "spend": ("date", "end_date", "channel", "campaign", "amount"),
    "plan_items": ("item_id", "due_date", "done_date", "person", "title", "status", "tags"),
}  # fmt: skip
"""Our columns that a section `[[tables]]` can fill, by table; the others are filled by measuring."""

NEEDED: dict[str, tuple[str, ...]] = {
    "items": ("channel", "done_at"),
    "metrics": ("channel",),
    "visits": ("date", "source", "sessions"),
    "contacts": ("date", "stage"),
    "effort": ("date", "person", "hours"),
    "spend": ("date", "channel", "amount"),
    "plan_items": ("title",),
}
"""Of these, the ones without which a table is of no use."""

FIGURES = (*METRICS, "sessions", "users", "views", "key_events", "hours", "amount", "value")
_DAYS = ("date", "done_at", "end_date", "due_date", "done_date")
_WORDS: dict[str, tuple[str, ...]] = {
    "channel": CHANNELS, "stage": STAGES, "kind": (*ACTIVITY_KINDS, "comment"), "side": SIDES,
}  # fmt: skip

INTERNAL = ("internal_cost",)
"""Keys of `[agency]` that no client sees."""

Side = Literal["company", "agency"]
LANGUAGES = tuple(
    sorted(path.stem for path in (Path(__file__).parent / "telling" / "wording").glob("[a-z][a-z].py"))
)
"""The languages of reports: those that `telling/wording` has a file of sentences in."""
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Model = TypeVar("Model", bound=BaseModel)


def _known_language(name: str) -> str:
    if name not in LANGUAGES:
        raise ValueError(f"no report is written in {name!r}; expected one of {', '.join(LANGUAGES)}")
    return name


Language = Annotated[str, AfterValidator(_known_language)]


def _known_channel(name: str) -> str:
    if name not in CHANNELS:
        raise ValueError(f"unknown channel {name!r}; {did_you_mean(name, list(CHANNELS))}")
    return name


def _known_kind(name: str) -> str:
    if name not in ACTIVITY_KINDS:
        raise ValueError(f"unknown kind {name!r}; {did_you_mean(name, list(ACTIVITY_KINDS))}")
    return name


def _known_metric(name: str) -> str:
    known = ["visits", "contacts", "opportunities", "interactions", "items", *METRICS]
    if name not in known:
        raise ValueError(f"unknown metric {name!r}; {did_you_mean(name, known)}")
    return name


def _known_timezone(name: str) -> str:
    if name not in _timezones():
        raise ValueError(f"unknown time zone {name!r}; {did_you_mean(name, sorted(_timezones()))}")
    return name


@cache  # it looks through all files of the time zones
def _timezones() -> set[str]:
    return available_timezones()


def _known_system(name: str) -> str:
    if name not in SYSTEMS:
        raise ValueError(f"unknown system {name!r}; {did_you_mean(name, list(SYSTEMS))}")
    return name


Channel = Annotated[str, AfterValidator(_known_channel)]
System = Annotated[str, AfterValidator(_known_system)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, allow_inf_nan=False)


class Agency(_Part):
    """The agency and what one of its hours costs the client, in the client's currency; the hours a week that
    its contract asks and allows. `internal_cost`, what an hour costs the agency, no client sees."""

    name: str
    hourly_rate: float = Field(ge=0)
    internal_cost: float | None = Field(default=None, ge=0)
    min_hours_per_week: float = Field(default=0, ge=0)
    max_hours_per_week: float | None = Field(default=None, ge=0)


class Company(_Part):
    """The company, what one internal hour costs and what it may spend in a quarter besides hours, in the
    client's currency."""

    name: str
    hourly_cost: float = Field(ge=0)
    budget_per_quarter: float | None = Field(default=None, ge=0)


class Value(_Part):
    """What a result is worth: the margin of a won opportunity (0 to 1) and, until enough outcomes are
    known, the value of a contact in the client's currency."""

    margin: float = Field(gt=0, le=1)
    contact: float = Field(ge=0)


class Person(_Part):
    """One person of either side. `names` are all the ways that time sheets, feeds and posts write them."""

    id: Id
    side: Side
    names: tuple[str, ...] = ()
    protected_hours_per_week: float = Field(default=0, ge=0, le=80)
    skills: dict[Channel, Annotated[int, Field(ge=0, le=3)]] = {}


class Hours(_Part):
    """Hours per week of each side."""

    company: float = Field(default=0, ge=0)
    agency: float = Field(default=0, ge=0)


class Match(_Part):
    """How time entries, boards and UTM tags map to an activity: names with `*` and `?`, any case."""

    projects: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()


class HandOver(_Part):
    """To which side an activity goes, and by which day."""

    to: Side
    by: date


class Activity(_Part):
    """One activity on one channel."""

    id: Id
    channel: Channel
    kind: Annotated[str, AfterValidator(_known_kind)]
    role: Literal["direct", "assist", "support"] = "direct"
    importance: int = Field(default=3, ge=1, le=5)
    phase: Literal["launch", "running", "closing"] = "running"
    since: date | None = None
    voice: Literal["company", "agency", "any"] = "any"
    planned: Hours = Hours()
    hand_over: HandOver | None = None
    match: Match = Match()


class Target(_Part):
    """What a channel is to reach in a quarter."""

    channel: Channel
    metric: Annotated[str, AfterValidator(_known_metric)]
    value: float = Field(gt=0)


def _wrong(said: str, key: str) -> PydanticCustomError:
    """A fault of one key of a mapping, so that its own line is told."""
    return PydanticCustomError("wrong", "{said}", {"said": said, "keys": (key,)})


class MappedTable(_Part):
    """A table of the client's own: which file it is, which of our tables it fills, and from which columns.

    The file is known by its name (`files`: patterns with `*` and `?`) or by headings that stand in one of its
    rows (`header`). `columns` gives our column => its heading, `constants` our column => the same text for
    every row, `values` our column => its word => ours. `dates` says whether days or months come first,
    `numbers` which decimal mark is written, where no row of the column decides; `currency` that of its
    amounts.
    """

    name: Id
    files: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    table: Literal["items", "metrics", "visits", "contacts", "effort", "spend", "plan_items"]
    columns: dict[str, str] = Field(min_length=1)
    constants: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    dates: Literal["dmy", "mdy"] | None = None
    numbers: Literal["it", "en"] | None = None
    currency: str = Field(default="", pattern="^([A-Z]{3})?$")

    @field_validator("columns", "constants", "values")
    @classmethod
    def _keys_are_ours(cls, given: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        table = info.data.get("table", "")
        known = [*MAPPABLE.get(table, ())]
        if info.field_name != "columns":
            known = [name for name in known if name not in (*FIGURES, *_DAYS)]
        for name in given if table else ():
            if name not in known:
                raise _wrong(f"{table} has no column {name!r} here; {did_you_mean(name, known)}", name)
        return given

    @field_validator("constants", "values")
    @classmethod
    def _words_are_ours(cls, given: dict[str, Any]) -> dict[str, Any]:
        for name, told in given.items():
            for word in told.values() if isinstance(told, dict) else [told]:
                known = _WORDS.get(name, (word,))
                if word not in known:
                    raise _wrong(f"unknown {name} {word!r}; {did_you_mean(word, list(known))}", name)
        return given

    @model_validator(mode="after")
    def _is_enough(self) -> "MappedTable":
        if not self.files and not self.header:
            raise ValueError("say which file it is, with `files` or `header`")
        both = sorted(set(self.columns) & set(self.constants))
        if both:
            raise ValueError(f"{both[0]!r} stands in columns and in constants")
        lacking = [name for name in NEEDED[self.table] if name not in (*self.columns, *self.constants)]
        if lacking:
            raise ValueError(f"{self.table} needs {' and '.join(lacking)}, in columns or constants")
        figures = [name for name in self.columns if name in METRICS]
        if self.table == "metrics" and not (figures and {"date", "item_id"} & set(self.columns)):
            raise ValueError("metrics needs a figure such as views, and a date or an item_id")
        return self


class Brand(_Part):
    """Colours, logo and fonts of the report. `logo` is a PNG or SVG beside the file that names it, `fonts`
    are the TTF or OTF files of one family there: regular, bold, italic."""

    primary: Colour | None = None
    accent: Colour | None = None
    logo: str = ""
    logo_alt: str = ""
    fonts: tuple[str, ...] = Field(default=(), max_length=4)

    @property
    def files(self) -> list[str]:
        """The files named, relative to the one that names them."""
        return [Path(name).as_posix() for name in (self.logo, *self.fonts) if name]


class Cover(_Part):
    """The words of a cover in one language; without a title it is the report's own."""

    title: str = ""
    subtitle: str = ""
    text: tuple[str, ...] = ()


class House(_Part):
    """The agency's own file, `agency.toml`: how the reports of all its clients look."""

    brand: Brand = Brand()
    cover: dict[Language, Cover] = {}


class Client(_Part):
    """The client's file.

    `identity` lists the client's accounts, by system; a file that carries another is refused.
    """

    name: str = Field(min_length=1)
    language: Language
    currency: str = Field(pattern="^[A-Z]{3}$")
    timezone: Annotated[str, AfterValidator(_known_timezone)]
    site: str = ""
    feeds: tuple[str, ...] = ()
    agency: Agency
    company: Company
    value: Value
    people: tuple[Person, ...] = ()
    activities: tuple[Activity, ...] = ()
    targets: tuple[Target, ...] = ()
    identity: dict[System, tuple[str, ...]] = {}
    tables: tuple[MappedTable, ...] = ()
    brand: Brand = Brand()
    cover: dict[Language, Cover] = {}

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Client":
        ids_of = {
            "people": [person.id for person in self.people],
            "activities": [activity.id for activity in self.activities],
            "tables": [table.name for table in self.tables],
        }
        for what, ids in ids_of.items():
            twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
            if twice:
                raise ValueError(f"{what}: the id {twice[0]!r} stands twice")
        return self

    @cached_property
    def _people_by_name(self) -> dict[str, Person]:
        return {name.casefold().strip(): p for p in self.people for name in (p.id, *p.names)}

    def person_named(self, name: str) -> Person | None:
        """The person whose id or one of whose names this is, in any case; None for anybody else."""
        return self._people_by_name.get(name.casefold().strip())

    def activity(self, activity_id: str) -> Activity | None:
        """The activity of that id."""
        return next((a for a in self.activities if a.id == activity_id), None)

    def for_client(self) -> "Client":
        """The same without what stays in the agency: there is no `agency.internal_cost` to be read."""
        agency = self.agency.model_copy()
        for name in INTERNAL:
            del agency.__dict__[name]
        return self.model_copy(update={"agency": agency})


def matches(patterns: tuple[str, ...], text: str) -> bool:
    """Whether the text fits one of the patterns (`*` and `?` as in file names, any case)."""
    return any(fnmatchcase(text.casefold().strip(), pattern.casefold()) for pattern in patterns)


def load_client(folder: Path) -> Client:
    """Reads `client.toml` of a client's raw folder.

    Raises `Fault`: CL-06 no file, CL-02 not TOML (line, column), CL-03 unknown key with "did you mean",
    CL-04 wrong value (line).
    """
    path = folder / "client.toml"
    if not path.is_file():
        raise Fault("CL-06", "no client.toml", client=folder.name)
    try:
        return _loaded(path, Client)
    except Fault as fault:
        raise fault.at(client=folder.name) from fault


def house_file(root: Path) -> Path | None:
    """Where the agency's file of a workspace lies, if it has one: in its root, else in data/raw."""
    places = (root / "agency.toml", root / "data" / "raw" / "agency.toml")
    return next((path.resolve() for path in places if path.is_file()), None)


def house_files(root: Path) -> list[Path]:
    """The agency's file, its logo and its fonts: what who works in a closed room must be let read."""
    path = house_file(root)
    if path is None:
        return []
    named = map(Path, load_house(root).brand.files)
    return [path, *(path.parent / n for n in named if not n.is_absolute() and ".." not in n.parts)]


def load_house(root: Path) -> House:
    """Reads a workspace's `agency.toml`, if it has one. Raises `Fault` CL-02, CL-03, CL-04."""
    path = house_file(root)
    return House() if path is None else _loaded(path, House)


def _loaded(path: Path, model: type[Model]) -> Model:
    text = path.read_text("utf-8", errors="replace")
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise _toml_fault(error, path.name) from error
    except ValidationError as error:
        raise _value_fault(error, text, path.name, model) from error


def _toml_fault(error: tomllib.TOMLDecodeError, file: str) -> Fault:
    place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    return Fault("CL-02", str(error), file=file, line=line, column=column)


def _value_fault(error: ValidationError, text: str, file: str, model: type[BaseModel]) -> Fault:
    # a misspelt key is told before the value that is missing because of it
    first = min(error.errors(include_url=False), key=lambda found: found["type"] != "extra_forbidden")
    loc = (*(part for part in first["loc"] if part != "[key]"), *first.get("ctx", {}).get("keys", ()))
    place = ".".join(str(part) for part in loc)
    line = _line_of(loc, text)
    if first["type"] == "extra_forbidden":
        hint = did_you_mean(str(first["loc"][-1]), _known_keys(first["loc"][:-1], model))
        return Fault("CL-03", f"unknown key {place}; {hint}", file=file, line=line)
    said = first["msg"].removeprefix("Value error, ")
    found = f"{place}: {said}" if place else said
    shown = "" if isinstance(first["input"], dict) else str(first["input"])
    return Fault("CL-04", found, file=file, line=line, text=shown)


def _known_keys(loc: tuple[int | str, ...], whole: type[BaseModel]) -> list[str]:
    parts: dict[str, Any] = {
        "agency": Agency, "company": Company, "value": Value, "people": Person, "activities": Activity,
        "targets": Target, "planned": Hours, "hand_over": HandOver, "match": Match, "tables": MappedTable,
        "brand": Brand, **dict.fromkeys(LANGUAGES, Cover),
    }  # fmt: skip
    names = [part for part in loc if isinstance(part, str)]
    model = parts.get(names[-1], whole) if names else whole
    return list(model.model_fields)


def _line_of(loc: Sequence[int | str], text: str) -> int | None:
    """The line where the key at a place such as ("people", 2, "side") stands, as well as text tells."""
    lines = [line.strip() for line in text.splitlines()]
    at, path = None, ""
    for name, number in zip_longest(loc, loc[1:]):
        if isinstance(name, str):
            path = f"{path}.{name}" if path else name
            heads = [n for n in range(at or 0, len(lines)) if lines[n] in (f"[[{path}]]", f"[{path}]")]
            key = re.compile(rf'(?<![\w.-])"?{re.escape(name)}"?\s*=')
            keys = [n for n in range(at or 0, len(lines)) if key.search(lines[n].partition(" #")[0])]
            wanted = number if isinstance(number, int) else 0
            at = heads[wanted] if wanted < len(heads) else keys[0] if keys else at
    return None if at is None else at + 1
