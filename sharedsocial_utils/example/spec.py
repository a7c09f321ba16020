"""What is fixed about an invented client before chance plays: its people, its activities and their truth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import exp
from typing import NamedTuple

from sharedsocial_utils.workspace import Quarter


@dataclass(frozen=True)
class Worker:
    """One person of either side, as `client.toml` and the exports name them."""

    id: str
    side: str
    name: str
    email: str
    protected_hours: float = 0.0
    skills: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Activity:
    """One activity and its truth.

    `roi` is the attributed contribution margin per unit of cost in steady state, `phi` the incremental
    share of it (above 1: it also brings what others get credit for). Hours and spend are per week at full
    level; `levels` changes the level from a day on. `campaigns` are the campaigns of the year's four
    quarters; visits without a campaign come by `untagged`.
    """

    id: str
    channel: str
    kind: str
    project: str
    campaigns: tuple[str, ...]
    tagged: tuple[str, str]
    untagged: tuple[str, str] | None
    conversion: float
    hours_per_item: float
    company_hours: float
    agency_hours: float
    roi: float
    phi: float
    tasks: tuple[str, ...]
    workers: Mapping[str, float] = field(default_factory=dict)
    role: str = "direct"
    importance: int = 3
    phase: str = "running"
    since: date = date(2024, 1, 8)
    until: date | None = None
    voice: str = "any"
    spend: float = 0.0
    levels: tuple[tuple[date, float], ...] = ()
    tagged_share: float = 0.75
    special: str = ""

    def level(self, day: date) -> float:
        """The share of the full level on a day."""
        if day < self.since or (self.until is not None and day > self.until):
            return 0.0
        return next((share for since, share in reversed(self.levels) if day >= since), 1.0)


class Background(NamedTuple):
    """A source of visits on which nobody works. `growth` is the level at the end against the start."""

    channel: str
    source: str
    medium: str
    campaign: str
    sessions_per_week: float
    conversion: float
    growth: float = 1.0


class OtherWork(NamedTuple):
    """A project in the time sheets that is no activity: hours of a person per week."""

    worker: str
    project: str
    task: str
    hours: float


class Urgency(NamedTuple):
    """A time that eats the company's protected hours: what it is, and what is left of the activities."""

    first: date
    last: date
    project: str
    task: str
    hours: float
    share_left: float


@dataclass(frozen=True)
class Cast:
    """An invented client."""

    number: int
    id: str
    name: str
    company: str
    agency: str
    language: str
    export_language: str
    currency: str
    timezone: str
    site: str
    hourly_cost: float
    hourly_rate: float
    margin: float
    contact_value_guess: float
    opportunity_share: float
    won_share: float
    deal_median: float
    deal_sigma: float
    season: tuple[float, ...]
    industry: str
    people: tuple[Worker, ...]
    activities: tuple[Activity, ...]
    background: tuple[Background, ...]
    other_work: tuple[OtherWork, ...]
    urgencies: tuple[Urgency, ...]
    time_sheets: Mapping[str, str]
    missing: frozenset[tuple[str, Quarter]] = frozenset()
    tracking_gap: tuple[date, date] | None = None
    targets: tuple[tuple[str, str, float], ...] = ()
    decisions: tuple[tuple[str, ...], ...] = ()
    blemishes: frozenset[str] = frozenset()

    @property
    def value_per_contact(self) -> float:
        """The expected contribution margin of one contact, in the client's currency."""
        mean_deal = self.deal_median * exp(self.deal_sigma**2 / 2)
        return self.opportunity_share * self.won_share * mean_deal * self.margin

    @property
    def host(self) -> str:
        """The site's host name."""
        return self.site.removeprefix("https://")

    def worker(self, worker_id: str) -> Worker:
        """The person of that id."""
        return next(person for person in self.people if person.id == worker_id)

    def side_of(self, side: str) -> list[Worker]:
        """The people of a side."""
        return [person for person in self.people if person.side == side]

    def activity(self, activity_id: str) -> Activity:
        """The activity of that id."""
        return next(activity for activity in self.activities if activity.id == activity_id)

    def on_channel(self, channel: str) -> list[Activity]:
        """The activities of a channel."""
        return [activity for activity in self.activities if activity.channel == channel]

    def cost(self, company_hours: float, agency_hours: float, spend: float) -> float:
        """Hours of both sides at their rates, plus spend."""
        return company_hours * self.hourly_cost + agency_hours * self.hourly_rate + spend

    def is_exported(self, export: str, quarter: Quarter) -> bool:
        """Whether the export of the quarter was downloaded."""
        return (export, quarter) not in self.missing
