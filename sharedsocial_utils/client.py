"""The client's file, `client.toml`: who works, on what, for whom, at which rates.

Read with `load_client`; an unknown key or a wrong value is a `Fault` that names the line.
"""

import tomllib
from datetime import date
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from sharedsocial_utils.errors import Fault, did_you_mean
from sharedsocial_utils.tables import ACTIVITY_KINDS, CHANNELS, METRICS

Side = Literal["company", "agency"]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]


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
    if name not in available_timezones():
        raise ValueError(f"unknown time zone {name!r}; {did_you_mean(name, list(available_timezones()))}")
    return name


Channel = Annotated[str, AfterValidator(_known_channel)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Agency(_Part):
    """The agency and what one of its hours costs the client, in the client's currency."""

    name: str
    hourly_rate: float = Field(ge=0)


class Company(_Part):
    """The company and what one internal hour costs, in the client's currency."""

    name: str
    hourly_cost: float = Field(ge=0)


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
    match: Match = Match()


class Target(_Part):
    """What a channel is to reach in a quarter."""

    channel: Channel
    metric: Annotated[str, AfterValidator(_known_metric)]
    value: float = Field(gt=0)


class Client(_Part):
    """The client's file."""

    name: str = Field(min_length=1)
    language: Literal["it", "en"]
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

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Client":
        for what, parts in (("people", self.people), ("activities", self.activities)):
            ids = [part.id for part in parts]
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
    text = path.read_text("utf-8", errors="replace")
    try:
        return Client.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise _toml_fault(error, folder.name) from error
    except ValidationError as error:
        raise _value_fault(error, text, folder.name) from error


def _toml_fault(error: tomllib.TOMLDecodeError, client: str) -> Fault:
    import re

    place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    return Fault("CL-02", str(error), client=client, file="client.toml", line=line, column=column)


def _value_fault(error: ValidationError, text: str, client: str) -> Fault:
    # a misspelt key is told before the value that is missing because of it
    first = min(error.errors(include_url=False), key=lambda found: found["type"] != "extra_forbidden")
    place = ".".join(str(part) for part in first["loc"])
    line = _line_of(first["loc"], text)
    if first["type"] == "extra_forbidden":
        hint = did_you_mean(str(first["loc"][-1]), _known_keys(first["loc"][:-1]))
        return Fault("CL-03", f"unknown key {place}; {hint}", client=client, file="client.toml", line=line)
    found = f"{place}: {first['msg']}" if place else first["msg"]
    shown = "" if isinstance(first["input"], dict) else str(first["input"])
    return Fault("CL-04", found, client=client, file="client.toml", line=line, text=shown)


def _known_keys(loc: tuple[int | str, ...]) -> list[str]:
    parts: dict[str, Any] = {
        "agency": Agency, "company": Company, "value": Value, "people": Person, "activities": Activity,
        "targets": Target, "planned": Hours, "match": Match,
    }  # fmt: skip
    names = [part for part in loc if isinstance(part, str)]
    model = parts.get(names[-1], Client) if names else Client
    return list(model.model_fields)


def _line_of(loc: tuple[int | str, ...], text: str) -> int | None:
    """The line where the key at a place such as ("people", 2, "side") stands, as well as text tells."""
    lines = text.splitlines()
    start, wanted = 0, 0
    for part in loc:
        if isinstance(part, int):
            wanted = part
    for name in [part for part in loc if isinstance(part, str)][:-1]:
        heads = [n for n, line in enumerate(lines) if line.strip() in (f"[[{name}]]", f"[{name}]")]
        start = heads[wanted] if wanted < len(heads) else (heads[0] if heads else start)
    key = str(next((part for part in reversed(loc) if isinstance(part, str)), ""))
    for number in range(start, len(lines)):
        if lines[number].split("=")[0].strip().strip('"') == key or f"{key} =" in lines[number]:
            return number + 1
    return start + 1 if start else None
