"""The hours of both sides, entry by entry, and the money paid to channels."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sharedsocial_utils.example import words
from sharedsocial_utils.example.chance import pick, stream
from sharedsocial_utils.example.days import DAYS, END, START, WEEKS, quarter_of
from sharedsocial_utils.example.spec import Activity, Cast, Urgency, Worker

LONGEST_ENTRY_HOURS = 2.5
MINUTES_APART = {"plain": 15, "toggl": 5, "clockify": 5}
STRANGER = ("Lapo Tirocini", "lapo@posta.example")
"""A person in a time sheet whom client.toml does not know."""
STRANGER_DAY = date(2026, 8, 12)


class Entry(NamedTuple):
    """One entry of work. `worker` is empty for a person whom client.toml does not know."""

    day: date
    start_minute: int
    minutes: int
    worker: str
    side: str
    activity: str
    project: str
    task: str
    note: str

    @property
    def hours(self) -> float:
        """Hours worked."""
        return self.minutes / 60


class Payment(NamedTuple):
    """What a paid campaign cost and did on one day."""

    day: date
    activity: str
    channel: str
    campaign: str
    amount: float
    impressions: int
    clicks: int
    results: int


class _Job(NamedTuple):
    """Hours of one person for one thing in one week, before they become entries."""

    week: int
    worker: Worker
    activity: str
    project: str
    tasks: tuple[str, ...]
    hours: float


def entries(cast: Cast, seed: int) -> list[Entry]:
    """All time entries of both sides, ordered by day and person; no two of a person overlap."""
    jobs = [*_activity_jobs(cast, seed), *_other_jobs(cast, seed), *_urgent_jobs(cast, seed)]
    chance = stream(seed, cast.number, "entries")
    pieces = [piece for job in jobs for piece in _pieces(cast, chance, job)]
    return _one_after_the_other([*pieces, *_stranger(cast)])


def _stranger(cast: Cast) -> Iterator[Entry]:
    if "stranger" in cast.blemishes:
        work = cast.other_work[0]
        yield Entry(STRANGER_DAY, 0, 180, "", "company", "", work.project, work.task, "")


def _activity_jobs(cast: Cast, seed: int) -> Iterator[_Job]:
    for activity in cast.activities:
        chance = stream(seed, cast.number, "effort", activity.id)
        noise = {
            side: chance.lognormal(-0.03, 0.25, WEEKS) * (chance.random(WEEKS) > 0.03)
            for side in ("company", "agency")
        }
        for week in range(WEEKS):
            for worker_id, share in activity.workers.items():
                worker = cast.worker(worker_id)
                base = activity.company_hours if worker.side == "company" else activity.agency_hours
                level = activity.level(_monday(week)) * _share_left(cast, worker, week)
                hours = base * share * level * float(noise[worker.side][week]) * _week_share(week)
                yield _Job(week, worker, activity.id, activity.project, activity.tasks, hours)


def _other_jobs(cast: Cast, seed: int) -> Iterator[_Job]:
    for number, work in enumerate(cast.other_work):
        noise = stream(seed, cast.number, "other work", str(number)).lognormal(-0.03, 0.25, WEEKS)
        worker = cast.worker(work.worker)
        for week in range(WEEKS):
            hours = work.hours * float(noise[week]) * _week_share(week)
            yield _Job(week, worker, "", work.project, (work.task,), hours)


def _urgent_jobs(cast: Cast, seed: int) -> Iterator[_Job]:
    for number, urgency in enumerate(cast.urgencies):
        noise = stream(seed, cast.number, "urgency", str(number)).lognormal(-0.02, 0.2, WEEKS)
        for week in range(WEEKS):
            for worker in cast.side_of("company"):
                if _is_urgent(urgency, week) and worker.protected_hours:
                    hours = urgency.hours * float(noise[week]) * _week_share(week)
                    yield _Job(week, worker, "", urgency.project, (urgency.task,), hours)


def _monday(week: int) -> date:
    return START + timedelta(weeks=week)


def _is_urgent(urgency: Urgency, week: int) -> bool:
    return urgency.first <= _monday(week) + timedelta(days=3) <= urgency.last


def _share_left(cast: Cast, worker: Worker, week: int) -> float:
    left = [urgency.share_left for urgency in cast.urgencies if _is_urgent(urgency, week)]
    return min(left) if left and worker.side == "company" else 1.0


def _week_share(week: int) -> float:
    """The share of the week's five working days that lies within the demo."""
    return min(5, (END - _monday(week)).days + 1) / 5


def _pieces(cast: Cast, chance: Generator, job: _Job) -> Iterator[Entry]:
    apart = MINUTES_APART[cast.time_sheets[job.worker.side].split("-")[0]]
    days = min(5, (END - _monday(job.week)).days + 1)
    count = max(1, min(days, round(job.hours / LONGEST_ENTRY_HOURS)))
    chosen = sorted(int(day) for day in chance.permutation(days)[:count])
    for weekday in chosen:
        minutes = round(job.hours * 60 / count / apart) * apart
        task = pick(chance, job.tasks)
        if minutes:
            day = _monday(job.week) + timedelta(days=weekday)
            note = _note(cast, chance, job)
            yield Entry(
                day, 0, minutes, job.worker.id, job.worker.side, job.activity, job.project, task, note
            )


def _note(cast: Cast, chance: Generator, job: _Job) -> str:
    if not job.activity:
        return ""
    kind = cast.activity(job.activity).kind
    return pick(chance, words.NOTES[cast.export_language][kind]) if chance.random() < 0.4 else ""


def _one_after_the_other(pieces: list[Entry]) -> list[Entry]:
    """Gives each person's entries of a day their start times, and merges those that say the same."""
    merged: dict[tuple[date, str, str, str], Entry] = {}
    for piece in sorted(pieces):
        key = (piece.day, piece.worker, piece.project, piece.task)
        before = merged.get(key)
        merged[key] = piece._replace(minutes=piece.minutes + (before.minutes if before else 0))
    free_from: dict[tuple[date, str], int] = defaultdict(lambda: 9 * 60)
    timed = []
    for (day, worker, _, _), entry in sorted(merged.items()):
        timed.append(entry._replace(start_minute=free_from[day, worker]))
        free_from[day, worker] += entry.minutes + 5
    return timed


def payments(cast: Cast, seed: int) -> list[Payment]:
    """What the paid activities cost, day by day and campaign by campaign."""
    return [
        payment
        for activity in cast.activities
        if activity.spend
        for payment in _activity_payments(activity, stream(seed, cast.number, "spend", activity.id))
    ]


def _activity_payments(activity: Activity, chance: Generator) -> Iterator[Payment]:
    amounts = activity.spend / 7 * chance.lognormal(-0.02, 0.2, len(DAYS)) * (chance.random(len(DAYS)) > 0.03)
    clicks = chance.poisson(amounts / 0.55)
    impressions = clicks + chance.poisson(amounts * 42)
    results = chance.binomial(clicks, 0.02)
    for number, day in enumerate(DAYS):
        amount = round(float(amounts[number]) * activity.level(day), 2)
        if amount:
            yield Payment(
                day, activity.id, activity.channel, campaign_of(activity, day), amount,
                int(impressions[number]), int(clicks[number]), int(results[number]),
            )  # fmt: skip


def campaign_of(activity: Activity, day: date) -> str:
    """The campaign that the activity uses on a day: its campaigns are those of the year's quarters."""
    return activity.campaigns[(quarter_of(day).number - 1) % len(activity.campaigns)]


def weekly_cost(
    cast: Cast, work: list[Entry], paid: list[Payment], activity: Activity
) -> NDArray[np.float64]:
    """Cost per week of one activity: hours at the sides' rates, plus money; a broken week is scaled up."""
    cost = np.zeros(WEEKS)
    for entry in work:
        if entry.activity == activity.id:
            rate = cast.hourly_cost if entry.side == "company" else cast.hourly_rate
            cost[(entry.day - START).days // 7] += entry.hours * rate
    for payment in paid:
        if payment.activity == activity.id:
            cost[(payment.day - START).days // 7] += payment.amount
    return np.asarray(cost / np.array([_week_share(week) for week in range(WEEKS)]))
