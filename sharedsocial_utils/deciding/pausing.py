"""Pause tests: the only way to see what last-touch contacts cannot.

For some weeks nobody works on one activity. If the contacts credited to it would have come anyway, the
client's contacts of all sources do not fall; if others get credit for what it brings, they fall by more. A
test is proposed where it is worth most: a dear activity whose verdict hangs on this very question (an assist
or support role, or a chance of being worth its cost near the threshold), and only where enough contacts would
be missed to be seen in the total.

A reading is `contacts_lost` (of the client as a whole, against the 13 weeks before) beside
`contacts_expected` (credited to the activity in as many weeks before), with the error of a count whose
variance is `TOTAL_DISPERSION` times its mean. `decide` pools the readings by role. A week whose contacts are
not known would be read as a loss, and one whose work is not known may have been no pause: then there is no
reading. What is paid for is paused with the hours.
"""

import numpy as np
import pandas as pd

from sharedsocial_utils.client import Client
from sharedsocial_utils.deciding.followup import PAUSE_WEEKS, WEEKS_BEFORE
from sharedsocial_utils.deciding.rules import RULES, Rules
from sharedsocial_utils.tables import ENOUGH_KNOWN, conform, empty
from sharedsocial_utils.workspace import Quarter

TOTAL_DISPERSION = 1.5
"""Weekly contacts of a client vary by about this much more than a Poisson count."""


def pauses(
    flags: pd.DataFrame,
    decisions: pd.DataFrame,
    weekly: pd.DataFrame,
    contacts: pd.DataFrame,
    client: Client,
    quarter: Quarter,
    rules: Rules = RULES,
) -> pd.DataFrame:
    """The table `pauses`: every test that was decided and is over by the quarter's end, read; then the one
    proposed for the next quarter, if any is worth it.

    `flags` of this client; `decisions` as `read_decisions` returns them; `weekly` is `activity_weekly`.
    """
    found = [
        readings(decisions, weekly, contacts, client, quarter, rules),
        proposal(flags, weekly, client, quarter, rules),
    ]
    some = [frame for frame in found if len(frame)]
    return conform("pauses", pd.concat(some, ignore_index=True)) if some else empty("pauses")


def readings(
    decisions: pd.DataFrame,
    weekly: pd.DataFrame,
    contacts: pd.DataFrame,
    client: Client,
    quarter: Quarter,
    rules: Rules = RULES,
) -> pd.DataFrame:
    """Rows of `pauses` for the decided tests whose weeks lie before the quarter's end."""
    decided = decisions[(decisions["decision"] == "PAUSE") & decisions["due"].notna()]
    if decided.empty:
        return empty("pauses")
    begins = decided["due"].map(monday_of)
    over = begins + pd.Timedelta(weeks=PAUSE_WEEKS) <= pd.Timestamp(quarter.last_day) + pd.Timedelta(days=1)
    total = weekly_contacts(contacts)
    tests = zip(decided.loc[over, "activity"], begins[over], strict=True)
    return pd.DataFrame(
        [_reading(str(activity), begin, weekly, total, client, rules) for activity, begin in tests]
    )


def _reading(
    activity: str,
    begin: pd.Timestamp,
    weekly: pd.DataFrame,
    total: "pd.Series[float]",
    client: Client,
    rules: Rules,
) -> dict[str, object]:
    own = weekly[weekly["activity"] == activity].set_index("week").sort_index()
    before, during = _window(begin, -WEEKS_BEFORE, 0), _window(begin, 0, PAUSE_WEEKS)
    kept = _kept(_work(own, before), before, during, rules)
    told = own["contacts"][before].count() == WEEKS_BEFORE and own["contacts"][during].count() == PAUSE_WEEKS
    share = PAUSE_WEEKS / WEEKS_BEFORE if told else np.nan
    level = float(total[before].sum()) * share
    known = client.activity(activity)
    return {
        "activity": activity,
        "begin": begin,
        "weeks": PAUSE_WEEKS,
        "status": "not-kept" if kept is False else "read" if kept and told else "unread",
        "role": known.role if known else pd.NA,
        "contacts_expected": float(own["contacts"][before].sum()) * share,
        "contacts_lost": level - float(total[during].sum()),
        "error": float(np.sqrt(TOTAL_DISPERSION * level * (1 + share))),
    }


def _work(own: pd.DataFrame, before: slice) -> pd.DataFrame:
    """Hours and money of each week, as far as the weeks before had any; missing where a part is: the hours of
    a side that had some, and the money where the cost is not known."""
    sides = [name for name in ("hours_company", "hours_agency") if own.loc[before, name].sum() > 0]
    hours = own[sides].sum(axis=1, skipna=False)
    spend = own["spend"].fillna(0.0).where(own["cost"].notna())
    work = pd.DataFrame({"hours": hours, "spend": spend})
    return work.loc[:, work[before].sum() > 0]


def _kept(work: pd.DataFrame, before: slice, during: slice, rules: Rules) -> bool | None:
    """Whether the work stopped; None where too few of the weeks are known, or there was no work to stop."""
    limit = rules.stopped_share * work[before].mean()
    if (work[during].sum() / PAUSE_WEEKS > limit).any():
        return False
    known = work.notna().all(axis=1)
    whole = known[during].sum() == PAUSE_WEEKS and known[before].sum() >= ENOUGH_KNOWN * WEEKS_BEFORE
    return True if len(work.columns) and whole else None


def _window(begin: pd.Timestamp, first: int, end: int) -> slice:
    """Weeks `first` to `end` (exclusive) from the pause's first Monday."""
    return slice(begin + pd.Timedelta(weeks=first), begin + pd.Timedelta(weeks=end) - pd.Timedelta(days=1))


def weekly_contacts(contacts: pd.DataFrame) -> "pd.Series[float]":
    """Contacts of all sources by Monday, every week from the first to the last."""
    days = contacts.loc[contacts["stage"] == "contact", "date"].dropna()
    weeks = days.dt.normalize() - pd.to_timedelta(days.dt.day_of_week, unit="D")
    counts: pd.Series[float] = weeks.value_counts().sort_index().astype(float)
    every = pd.date_range(counts.index.min(), counts.index.max(), freq="7D") if len(counts) else counts.index
    return pd.Series(counts.reindex(every, fill_value=0.0), dtype=float)


def monday_of(day: pd.Timestamp) -> pd.Timestamp:
    """The Monday on or after a day: a pause lasts whole weeks."""
    return day.normalize() + pd.Timedelta(days=(7 - day.day_of_week) % 7)


def proposal(
    flags: pd.DataFrame, weekly: pd.DataFrame, client: Client, quarter: Quarter, rules: Rules = RULES
) -> pd.DataFrame:
    """The row of `pauses` for the test most worth it, from the second Monday of the next quarter; or none."""
    running = {a.id: a for a in client.activities if a.phase == "running"}
    asked = flags[flags["activity"].isin(running) & flags["flag"].isin(("KEEP", "REDUCE", "WATCH", "STOP"))]
    asked = asked.assign(
        expected=pd.to_numeric(asked["activity"].map(_recent(weekly, quarter))) * PAUSE_WEEKS
    )
    roles = asked["activity"].map({name: activity.role for name, activity in running.items()})
    near = asked["p_worth_cautious"].between(*rules.pause_p)
    open_question = roles.isin(("assist", "support")) | near
    seen = asked["expected"] * roles.map(dict(rules.phi_median)).astype(float) >= rules.pause_contacts
    worth = asked.assign(role=roles)[open_question & seen].sort_values(
        ["quarter_cost", "activity"], ascending=[False, True]
    )
    begin = monday_of(pd.Timestamp(quarter.next.first_day)) + pd.Timedelta(weeks=1)
    return pd.DataFrame(
        [
            {
                "activity": row.activity,
                "begin": begin,
                "weeks": PAUSE_WEEKS,
                "status": "proposed",
                "role": row.role,
                "contacts_expected": row.expected,
            }
            for row in worth.head(1).itertuples()
        ]
    )


def _recent(weekly: pd.DataFrame, quarter: Quarter) -> dict[str, float]:
    """Contacts credited a week, by activity, in the last 13 weeks to the quarter's end."""
    end = pd.Timestamp(quarter.last_day)
    last = weekly[(weekly["week"] <= end) & (weekly["week"] > end - pd.Timedelta(weeks=WEEKS_BEFORE))]
    return dict(last.groupby("activity")["contacts"].mean())
