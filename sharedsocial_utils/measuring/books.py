"""The tables of a client with channel, activity and cost filled in, and what days their files cover."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sharedsocial_utils.client import Client
from sharedsocial_utils.measuring import coverage, matching
from sharedsocial_utils.measuring.attribution import attribute
from sharedsocial_utils.measuring.coverage import Calendar, Days
from sharedsocial_utils.tables import INTERACTIONS

READ = ("items", "metrics", "visits", "contacts", "effort", "spend", "plan_items", "sources")


@dataclass(frozen=True)
class Books:
    """The filled tables; `visits`, `contacts`, `items` and `spend` carry `activity` beside their own columns.

    Days are days of the client's time zone, and nothing is later than the quarter's last day.
    """

    client: Client
    calendar: Calendar
    items: pd.DataFrame
    metrics: pd.DataFrame
    visits: pd.DataFrame
    contacts: pd.DataFrame
    effort: pd.DataFrame
    spend: pd.DataFrame
    plan_items: pd.DataFrame
    sources: pd.DataFrame

    @cached_property
    def visit_days(self) -> Days:
        """Days that the site's analytics cover."""
        return coverage.covered_alike(self.sources, self.visits, self.calendar)

    @cached_property
    def contact_days(self) -> Days:
        """Days that the CRM's and forms' exports cover."""
        return coverage.covered_to_export(self.sources, self.contacts, self.calendar)

    @cached_property
    def effort_days(self) -> dict[str, Days]:
        """Days that the time sheets of each side cover; a side that never recorded anything has no entry."""
        return self._covered(self.effort, "side")

    @cached_property
    def post_days(self) -> dict[str, Days]:
        """By channel, days that lists of what was published cover."""
        return self._covered(self.items[~is_reply(self.items)], "channel")

    @cached_property
    def reply_days(self) -> dict[str, Days]:
        """By channel, days that lists of comments and replies cover: lists of posts say nothing of them."""
        return self._covered(self.items[is_reply(self.items)], "channel")

    @cached_property
    def spend_days(self) -> dict[str, Days]:
        """By paid channel, days that its bills cover, with rows or without.

        A file that holds anything else of the channel, such as its contacts, says nothing of what was paid.
        """
        others = (self.items, self.metrics, self.visits, self.contacts, self.effort, self.plan_items)
        spoken = {path for rows in others for path in rows["source_file"].unique()}
        bills = self.sources[~self.sources["path"].isin(spoken)]
        named = coverage.named_by_channel(bills, self.calendar)
        return coverage.joined(self.calendar, self._covered(self.spend, "channel"), named)

    @cached_property
    def channel_days(self) -> dict[str, Days]:
        """By channel, days that any file of it covers: its lists and its figures."""
        named = coverage.named_by_channel(self.sources, self.calendar)
        figures = self._covered(self.metrics, "channel")
        return coverage.joined(self.calendar, self.post_days, self.reply_days, figures, named)

    def _covered(self, rows: pd.DataFrame, key: str) -> dict[str, Days]:
        return coverage.covered_by(self.sources, rows[[key, "source_file", "date"]], self.calendar, key)

    @cached_property
    def daily_interactions(self) -> pd.DataFrame:
        """`channel, date, interactions`: the channels' own daily figures."""
        daily = self._participation[self._participation["item_id"].isna()]
        daily = daily[daily["date"].notna() & (daily["kind"] == "flow")]
        return daily.groupby(["channel", "date"])["value"].sum().rename("interactions").reset_index()

    @cached_property
    def item_interactions(self) -> pd.DataFrame:
        """`channel, date, activity, interactions`: what our items received, and the public's comments.

        Figures of a period stand on its last day, those of an item's lifetime (to the last export) on the day
        it was published. Where the comments themselves are listed they are counted, each on its day, rather
        than the items' number of comments, which holds our own answers too.
        """
        figures = _newest(self._participation[self._participation["item_id"].notna()])
        listed = self.items[is_reply(self.items) & (self.items["side"] == "public")]
        ours = self.items.drop_duplicates(["channel", "item_id"])
        ours = ours[["channel", "item_id", "date", "side", "activity"]]
        received = figures.merge(ours, on=["channel", "item_id"], how="left", suffixes=("", "_published"))
        received = received[received["side"].fillna("") != "public"]
        received = received.assign(
            date=received["date"].fillna(received["date_published"]), interactions=received["value"]
        )
        counted_twice = (received["metric"] == "comments") & self._among(listed, received)
        received = received[~counted_twice]
        about = ours.rename(columns={"item_id": "reply_to"})[["channel", "reply_to", "activity"]]
        comments = listed.drop(columns="activity").merge(about, on=["channel", "reply_to"], how="left")
        names = ["channel", "date", "activity", "interactions"]
        both = pd.concat([received[names], comments.assign(interactions=1.0)[names]])
        return both.dropna(subset=["date"])

    def _among(self, listed: pd.DataFrame, figures: pd.DataFrame) -> pd.Series:
        """Whether the comments of each figure's item are among those listed: one of them is, or the lists of
        comments cover its day."""
        days = self._covered(listed, "channel")
        covered = [(channel, day) for channel, own in days.items() for day in self.calendar.days[own]]
        by_day = pd.Series(zip(figures["channel"], figures["date"], strict=True), figures.index).isin(covered)
        about = pd.MultiIndex.from_frame(listed[["channel", "reply_to"]])
        return by_day | pd.MultiIndex.from_frame(figures[["channel", "item_id"]]).isin(about)

    @cached_property
    def activity_interactions(self) -> pd.DataFrame:
        """`activity, date, interactions`: of a channel's only activity the channel's daily figures, in the
        quarters that have any; else those of the activity's own items."""
        channels = [activity.channel for activity in self.client.activities]
        only = {a.channel: a.id for a in self.client.activities if channels.count(a.channel) == 1}
        daily = self.daily_interactions
        daily = daily[daily["channel"].isin(list(only))]
        of_items = self.item_interactions.dropna(subset=["activity"])
        of_items = of_items[~_quarters(of_items).isin(_quarters(daily))]
        daily = daily.assign(activity=daily["channel"].map(only))
        return pd.concat([frame[["activity", "date", "interactions"]] for frame in (daily, of_items)])

    @cached_property
    def _participation(self) -> pd.DataFrame:
        return self.metrics[self.metrics["metric"].isin(INTERACTIONS) & self.metrics["value"].notna()]

    @cached_property
    def daily_spend(self) -> pd.DataFrame:
        """`date, channel, activity, amount`: an amount for several days is spread evenly over them.

        A bill for a period does not say its days; sums over periods that hold the whole bill are exact.
        """
        last = self.spend["end_date"].fillna(self.spend["date"])
        number = (last - self.spend["date"]).dt.days.clip(lower=0) + 1
        spend = self.spend[["date", "channel", "activity", "amount"]].loc[self.spend.index.repeat(number)]
        offset = pd.to_timedelta(spend.groupby(level=0).cumcount(), unit="D")
        return spend.assign(date=spend["date"] + offset, amount=spend["amount"] / number.loc[spend.index])


def _quarters(rows: pd.DataFrame) -> pd.MultiIndex:
    """Channel and quarter of each row."""
    return pd.MultiIndex.from_arrays([rows["channel"], rows["date"].dt.to_period("Q")])


def _newest(figures: pd.DataFrame) -> pd.DataFrame:
    """The newest lifetime figure of each item and metric; figures of periods where there is none."""
    figure = ["channel", "item_id", "metric"]
    lifetime = figures[figures["kind"] == "lifetime"].sort_values("as_of")
    lifetime = lifetime.drop_duplicates(figure, keep="last")
    periods = figures[figures["kind"] != "lifetime"]
    known = pd.MultiIndex.from_frame(lifetime[figure])
    return pd.concat([lifetime, periods[~pd.MultiIndex.from_frame(periods[figure]).isin(known)]])


def is_reply(items: pd.DataFrame) -> pd.Series:
    """Whether each item answers something."""
    return items["kind"].isin(["reply", "comment"]) | items["reply_to"].notna()


def open_books(tables: dict[str, pd.DataFrame], client: Client, calendar: Calendar) -> Books:
    """Fills the columns that measuring owes: attribution, `match`, rates. The frames given stay unchanged."""
    sources = tables["sources"]
    named = sources[sources["channel"].notna() & (sources["channel"] != "site")]  # the site is no origin
    one_channel = dict(zip(named["path"], named["channel"], strict=True))
    items = tables["items"].assign(date=_local_day(tables["items"]["done_at"], client.timezone))
    return Books(
        client=client,
        calendar=calendar,
        items=items.assign(activity=matching.looked_up_items(items, client)),
        metrics=tables["metrics"],
        visits=_attributed(tables["visits"], client, one_channel),
        contacts=_inherited(_attributed(tables["contacts"], client, one_channel)),
        effort=matching.fill_effort(tables["effort"], client),
        spend=tables["spend"].assign(activity=matching.looked_up_spend(tables["spend"], client)),
        plan_items=matching.fill_plan_items(tables["plan_items"], client),
        sources=sources,
    )


def _local_day(instants: pd.Series, timezone: str) -> pd.Series:
    days: pd.Series = instants.dt.tz_convert(timezone).dt.tz_localize(None).dt.normalize()
    return days


def _attributed(rows: pd.DataFrame, client: Client, one_channel: dict[str, str]) -> pd.DataFrame:
    found = attribute(rows, client, one_channel)
    return rows.assign(channel=found["channel"], activity=found["activity"])


def _inherited(contacts: pd.DataFrame) -> pd.DataFrame:
    """Opportunities and outcomes whose row names no source have that of the same contact's other rows."""
    silent = contacts[["source", "medium", "campaign"]].isna().all(axis=1) & (contacts["channel"] == "other")
    named = contacts[~silent].drop_duplicates("contact_id").set_index("contact_id")
    filled = {
        name: contacts[name].where(~silent, contacts["contact_id"].map(named[name]))
        for name in ("channel", "activity")
    }
    return contacts.assign(
        channel=filled["channel"].fillna("other").astype("str"), activity=filled["activity"].astype("str")
    )
