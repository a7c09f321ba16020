"""The quarter's sums by channel and activity."""

import numpy as np
import pandas as pd
import pytest
import test_weekly as hand
from pioppo import EFFORT, SOURCES, frame, open_hand_made

from sharedsocial_utils.client import Client
from sharedsocial_utils.measuring import quarter, weekly
from sharedsocial_utils.measuring.books import Books


@pytest.fixture
def books(client: Client) -> Books:
    return open_hand_made(
        client,
        sources=SOURCES,
        effort=EFFORT,
        contacts=hand.CONTACTS,
        visits=hand.VISITS,
        spend=hand.SPEND,
    )


@pytest.fixture
def channels(books: Books) -> pd.DataFrame:
    return quarter.channel_quarter(books).set_index("channel")


def test_sums_of_the_quarter(channels: pd.DataFrame) -> None:
    blog = channels.loc["blog"]
    # anna 2 + 1.5 + 6 at 20, bruno 0.5 at 50; the 4 hours of June belong to the quarter before
    assert (blog["hours_company"], blog["hours_agency"], blog["cost"]) == (9.5, 0.5, 215.0)
    assert (blog["visits"], blog["contacts"]) == (30.0, 0.0)
    assert blog["cost_per_visit"] == pytest.approx(215 / 30)
    assert np.isnan(blog["cost_per_contact"]), "no contact has no price"
    facebook = channels.loc["facebook"]
    assert (facebook["contacts"], facebook["cost"], facebook["cost_per_contact"]) == (2.0, 200.0, 100.0)
    assert facebook["hours_per_contact"] == 2.0
    assert channels.loc["meta-ads", "spend"] == pytest.approx(310.0)


@pytest.mark.parametrize(
    ("contacts", "low", "high"),
    [(1, 0.0513, 4.744), (2, 0.3554, 6.296), (5, 1.970, 10.513), (10, 5.425, 16.962), (30, 21.594, 40.691)],
)
def test_interval_of_a_contact_is_that_of_the_tables(contacts: int, low: float, high: float) -> None:
    """The limits of a Poisson mean at 90%, as they are printed in tables of it."""
    found = quarter._in_the_long_run(pd.Series([float(contacts)]))
    assert [end[0] for end in found] == pytest.approx([low, high], rel=2e-4)


def test_a_contact_has_an_interval_where_it_has_a_price(channels: pd.DataFrame) -> None:
    facebook = channels.loc["facebook"]
    assert facebook["cost_per_contact_low"] == pytest.approx(200 / 6.2958, rel=1e-4)
    assert facebook["cost_per_contact_high"] == pytest.approx(200 / 0.35536, rel=1e-4)
    for end in ("low", "high"):
        priced = channels[f"cost_per_contact_{end}"].notna()
        assert priced.tolist() == channels["cost_per_contact"].notna().tolist()


def test_an_outcome_without_a_source_has_that_of_its_contact(channels: pd.DataFrame) -> None:
    assert channels.loc["search", ["contacts", "won_value"]].tolist() == [1.0, 500.0]
    assert np.isnan(channels.loc["search", "cost_per_contact"]), "no work has no price"


def test_missing_is_not_zero(channels: pd.DataFrame) -> None:
    assert np.isnan(channels.loc["facebook", "interactions"]), "no file of facebook"
    assert np.isnan(channels.loc["facebook", "items"])
    assert np.isnan(channels.loc["facebook", "previous_visits"]), "analytics begin on 1 July"
    assert np.isnan(channels.loc["blog", "previous_hours_company"])
    assert np.isnan(channels.loc["blog", "previous_cost"])
    assert channels.loc["blog", "previous_hours_agency"] == 4.0
    assert channels.loc["blog", "previous_contacts"] == 1.0
    assert np.isnan(channels.loc["meta-ads", "cost"]), "an hour of a person whose side nobody knows"


def test_coverage_and_targets(channels: pd.DataFrame) -> None:
    assert channels["expected_days"].unique().tolist() == [92]
    assert channels.loc["blog", "covered_days"] == 31 + 31 + 24
    assert channels.loc["facebook", "covered_days"] == 0
    assert channels.loc["search", "covered_days"] == 92
    assert channels.loc["blog", ["target_metric", "target", "target_share"]].tolist() == [
        "visits",
        100.0,
        0.3,
    ]
    assert channels["target"].notna().sum() == 1


def test_channels_stand_in_the_codebooks_order(channels: pd.DataFrame) -> None:
    assert channels.index.tolist() == ["blog", "facebook", "pinterest", "meta-ads", "search"]


def test_a_target_of_a_metric_takes_the_last_level_or_the_sum(client: Client) -> None:
    metrics = frame(
        "metrics",
        "channel date item_id metric value kind source_file",
        ("facebook", "2026-06-30", None, "followers", 90, "stock", "m.csv"),
        ("facebook", "2026-07-02", None, "followers", 100, "stock", "m.csv"),
        ("facebook", "2026-09-29", None, "followers", 120, "stock", "m.csv"),
        ("facebook", "2026-09-29", None, "views", 7, "flow", "m.csv"),
        ("facebook", "2026-07-29", None, "views", 5, "flow", "m.csv"),
        ("facebook", "2026-06-29", None, "views", 50, "flow", "m.csv"),
    )

    def reached(metric: str) -> float:
        target = {"channel": "facebook", "metric": metric, "value": 10.0}
        changed = client.model_validate({**client.model_dump(), "targets": [target]})
        table = quarter.channel_quarter(open_hand_made(changed, metrics=metrics, sources=SOURCES))
        return float(table.set_index("channel").loc["facebook", "target_share"])

    assert (reached("followers"), reached("views")) == (12.0, 1.2)


def test_interactions_by_channel_and_activity(client: Client) -> None:
    items = frame(
        "items",
        "channel item_id done_at kind side source_file",
        ("facebook", "1", "2026-06-10 10:00", "post", "agency", "m.csv"),
        ("facebook", "2", "2026-07-10 10:00", "post", "agency", "m.csv"),
    )
    metrics = frame(
        "metrics",
        "channel date item_id metric value kind as_of source_file",
        # the figures of a period are the period's, whenever the item was published; one item is not listed
        ("facebook", "2026-06-30", "1", "reactions", 100, "flow", "2026-07-01", "m.csv"),
        ("facebook", "2026-09-30", "1", "reactions", 3, "flow", "2026-10-01", "m.csv"),
        ("facebook", "2026-09-30", "2", "shares", 4, "flow", "2026-10-01", "m.csv"),
        ("facebook", "2026-09-30", "9", "shares", 5, "flow", "2026-10-01", "m.csv"),
        # a channel's own days go before what its items say
        ("meta-ads", "2026-09-30", None, "comments", 2, "flow", "2026-10-01", "m.csv"),
        ("meta-ads", "2026-09-30", "7", "comments", 1, "flow", "2026-10-01", "m.csv"),
    )
    books = open_hand_made(client, sources=SOURCES, items=items, metrics=metrics)
    channels = quarter.channel_quarter(books).set_index("channel")
    assert channels.loc["facebook", ["interactions", "previous_interactions"]].tolist() == [12.0, 100.0]
    assert channels.loc["meta-ads", "interactions"] == 2.0
    by_activity = quarter.activity_quarter(books, weekly.activity_weekly(books)).set_index("activity")
    assert by_activity.loc["facebook-posts", "interactions"] == 7.0
    assert np.isnan(by_activity.loc["facebook-replies", "interactions"])
    assert by_activity.loc["ads", "interactions"] == 2.0


@pytest.mark.parametrize(
    ("since", "days"),
    [
        (None, 92),
        ("2026-06-01", 92),
        ("2026-07-01", 92),
        ("2026-09-17", 14),
        ("2026-09-30", 1),
        ("2026-10-01", 0),
    ],
)
def test_hours_are_agreed_from_an_activity_s_beginning_on(
    client: Client, since: str | None, days: int
) -> None:
    begun = [{**activity.model_dump(), "since": since} for activity in client.activities]
    books = open_hand_made(client.model_validate({**client.model_dump(), "activities": begun}))
    table = quarter.activity_quarter(books, weekly.activity_weekly(books)).set_index("activity")
    assert table.loc["blog-posts", "planned_hours_company"] == pytest.approx(3 * days / 7)


def test_activities(books: Books) -> None:
    table = quarter.activity_quarter(books, weekly.activity_weekly(books)).set_index("activity")
    posts, replies = table.loc["facebook-posts"], table.loc["facebook-replies"]
    assert posts[["contacts_low", "contacts", "contacts_high"]].tolist() == [1.0, 1.75, 2.0]
    assert replies[["contacts_low", "contacts", "contacts_high"]].tolist() == [0.0, 0.25, 1.0]
    assert table.loc["blog-posts", "planned_hours_company"] == pytest.approx(3 * 92 / 7)
    assert table.loc["blog-posts", ["skill_company", "skill_agency"]].tolist() == [3, 2]
    assert table.loc["ads", "skill_company"] == 0
    assert (replies["role"], replies["cost"], replies["hours_agency"]) == ("assist", 50.0, 1.0)
    assert table.loc["blog-posts", "previous_hours_agency"] == 4.0
    of_channel = quarter.channel_quarter(books).set_index("channel").loc["facebook", "contacts"]
    assert posts["contacts"] + replies["contacts"] == of_channel


def test_hours_of_a_contact_are_missing_as_soon_as_a_part_of_the_hours_is(client: Client) -> None:
    """Like the cost: else a channel looks cheap because somebody's hours are not known."""
    contacts = frame(
        "contacts",
        "contact_id date stage source medium source_file",
        ("a", "2026-07-09", "contact", "facebook", "social", "crm.csv"),
        ("b", "2026-07-10", "contact", "facebook", "cpc", "crm.csv"),
    )

    def per_contact(sources: pd.DataFrame, effort: pd.DataFrame, channel: str) -> float:
        books = open_hand_made(client, sources=sources, effort=effort, contacts=contacts)
        table = quarter.channel_quarter(books).set_index("channel")
        return float(table.loc[channel, "hours_per_contact"])

    assert per_contact(SOURCES, EFFORT, "facebook") == 4.0
    assert np.isnan(per_contact(SOURCES, EFFORT, "meta-ads")), "Carla's hour is of neither side"
    agency = EFFORT[EFFORT["side"] == "agency"]
    assert per_contact(SOURCES, agency, "facebook") == 4.0, "the company never recorded anything"
    june = EFFORT["date"].mask(EFFORT["side"] == "company", "2026-06-10")
    sources = SOURCES.assign(
        first_date=SOURCES["first_date"].mask(SOURCES["path"] == "anna.csv", "2026-06-01"),
        last_date=SOURCES["last_date"].mask(SOURCES["path"] == "anna.csv", "2026-06-30"),
    )
    assert np.isnan(per_contact(sources, EFFORT.assign(date=june), "facebook")), "the company's are of June"


def test_days_without_a_figure_reach_nothing_of_a_target(client: Client) -> None:
    header = "channel date item_id metric value kind source_file"
    target = {"channel": "facebook", "value": 10.0}

    def reached(metric: str, *rows: tuple[object, ...]) -> float:
        changed = client.model_validate({**client.model_dump(), "targets": [{**target, "metric": metric}]})
        books = open_hand_made(changed, metrics=frame("metrics", header, *rows), sources=SOURCES)
        table = quarter.channel_quarter(books).set_index("channel")
        return float(table.loc["facebook", "target_share"])

    gap = ("facebook", "2026-09-29", None, "views", None, "flow", "m.csv")
    assert np.isnan(reached("views", gap)), "missing is not zero"
    assert reached("views", gap, ("facebook", "2026-09-28", None, "views", 5, "flow", "m.csv")) == 0.5
    followers = ("facebook", "2026-09-28", None, "followers", 30, "stock", "m.csv")
    unknown = ("facebook", "2026-09-29", None, "followers", None, "stock", "m.csv")
    assert reached("followers", followers, unknown) == 3.0, "the last level that is known"


def test_a_list_of_contacts_of_a_paid_channel_is_no_bill(client: Client) -> None:
    leads = ("leads.csv", "9", "mapped_table", "leads", "meta-ads", "2026-10-01", "2026-07-01", "2026-09-30")
    named = "path sha256 reader layout channel as_of first_date last_date"
    unpaid = SOURCES[SOURCES["path"] != "meta.csv"]
    contacts = frame(
        "contacts",
        "contact_id date stage source_file",
        ("a", "2026-07-09", "contact", "leads.csv"),
    )
    effort = EFFORT[EFFORT["side"].notna()]

    def ads(sources: pd.DataFrame) -> pd.Series:
        books = open_hand_made(client, sources=sources, contacts=contacts, effort=effort)
        by_week = weekly.activity_weekly(books)
        assert by_week.loc[by_week["activity"] == "ads", "spend"].notna().any() == (
            "meta.csv" in set(sources["path"])
        )
        return quarter.channel_quarter(books).set_index("channel").loc["meta-ads"]

    listed = ads(pd.concat([unpaid, frame("sources", named, leads)]))
    assert listed["contacts"] == 1.0
    assert np.isnan(listed["spend"]), "what was paid for the contact is not known"
    assert np.isnan(listed["cost"])
    billed = ads(pd.concat([SOURCES, frame("sources", named, leads)]))
    assert (billed["spend"], billed["cost"]) == (0.0, 0.0), "a bill without rows says that nothing was paid"


COMMENTS = frame(
    "items",
    "channel item_id done_at kind side reply_to source_file",
    ("blog", "p1", "2026-04-10 10:00", "post", "agency", None, "feed.xml"),
    ("blog", "p2", "2026-06-20 10:00", "post", "agency", None, "feed.xml"),
    ("blog", "p3", "2026-08-10 10:00", "post", "agency", None, "feed.xml"),
    ("blog", "c1", "2026-07-02 10:00", "comment", "public", "p2", "comments.csv"),
    ("blog", "c2", "2026-07-20 10:00", "comment", "public", "p2", "comments.csv"),
)


def test_comments_are_counted_once_and_where_they_are_not_listed_by_their_number(client: Client) -> None:
    """The list of comments covers July: p2's comments stand in it, those of p1 and p3 do not."""
    metrics = frame(
        "metrics",
        "channel date item_id metric value kind as_of source_file",
        ("blog", None, "p1", "comments", 7, "lifetime", "2026-10-01", "m.csv"),
        ("blog", None, "p2", "comments", 2, "lifetime", "2026-10-01", "m.csv"),
        ("blog", None, "p3", "comments", 4, "lifetime", "2026-10-01", "m.csv"),
        ("blog", "2026-07-15", "p9", "comments", 3, "flow", "2026-10-01", "m.csv"),
    )
    listed = ("comments.csv", "9", "x", "comments", None, None, "2026-07-01", "2026-07-31")
    sources = frame("sources", "path sha256 reader layout channel as_of first_date last_date", listed)
    books = open_hand_made(client, sources=sources, items=COMMENTS, metrics=metrics)
    blog = quarter.channel_quarter(books).set_index("channel").loc["blog"]
    assert blog["interactions"] == 4 + 2, "p3's number and p2's two comments"
    assert blog["previous_interactions"] == 7.0


def test_an_activitys_interactions_are_its_channels_in_each_quarter(client: Client) -> None:
    """Daily figures end in June; in the quarter after what the items say is all there is."""
    metrics = frame(
        "metrics",
        "channel date item_id metric value kind as_of source_file",
        ("blog", "2026-06-10", None, "reactions", 5, "flow", "2026-10-01", "m.csv"),
        ("blog", None, "p2", "reactions", 3, "lifetime", "2026-10-01", "m.csv"),
        ("blog", None, "p3", "reactions", 8, "lifetime", "2026-10-01", "m.csv"),
    )
    books = open_hand_made(client, sources=SOURCES, items=COMMENTS[:3], metrics=metrics)
    blog = quarter.channel_quarter(books).set_index("channel").loc["blog"]
    assert (blog["interactions"], blog["previous_interactions"]) == (8.0, 5.0)
    by_week = weekly.activity_weekly(books)
    table = quarter.activity_quarter(books, by_week).set_index("activity")
    assert table.loc["blog-posts", "interactions"] == 8.0
    assert by_week.groupby("activity")["interactions"].sum()["blog-posts"] == 5.0 + 8.0


ORIGINS = {
    "blog": ("feedly.com", "referral"),
    "facebook": ("facebook", "social"),
    "meta-ads": ("facebook", "cpc"),
    "search": ("google", "organic"),
}
WORK = {  # project and task => activity
    ("Blog", "Testi"): "blog-posts",
    ("Facebook", "Post"): "facebook-posts",
    ("Facebook", "Risposte"): "facebook-replies",
    ("Ads", "Annunci"): "ads",
    ("Fiera", "Stand"): None,
}
PUBLISHED = {  # channel and kind => activity
    ("blog", "post"): "blog-posts",
    ("facebook", "post"): "facebook-posts",
    ("facebook", "reply"): "facebook-replies",
}
CHANNEL = {
    "blog-posts": "blog",
    "facebook-posts": "facebook",
    "facebook-replies": "facebook",
    "ads": "meta-ads",
}
PERIODS = {"": ("2026-07-01", "2026-09-30"), "previous_": ("2026-04-01", "2026-06-30")}
EVERYTHING = frame(
    "sources",
    "path sha256 reader layout channel as_of first_date last_date",
    *(
        (name, name, name, "1", None, "2026-11-01", "2026-01-01", "2026-10-31")
        for name in ("time.csv", "crm.csv", "ga4.csv", "posts.csv", "bills.csv")
    ),
)


def test_every_sum_is_that_of_a_count_by_hand(client: Client) -> None:
    """Rows drawn at random and counted again with plain loops, the quarter's edges among the days."""
    random = np.random.default_rng(11)
    edges = ["2026-03-31", "2026-04-01", "2026-06-30", "2026-07-01", "2026-09-30", "2026-10-01"]
    span = [str(day.date()) for day in pd.date_range("2026-03-20", "2026-10-12")]

    def drawn(choices: list[object]) -> object:
        return choices[int(random.integers(len(choices)))]

    def day() -> str:
        return str(drawn(edges if random.random() < 0.4 else span))  # type: ignore[arg-type]

    contacts, visits, effort, items = [], [], [], []
    for number in range(160):
        channel = str(drawn(list(ORIGINS)))
        stage, value = str(drawn(["contact", "contact", "opportunity", "won", "lost"])), float(number)
        known = value if channel != "search" and random.random() < 0.6 else None
        contacts.append((f"c{number}", day(), stage, *ORIGINS[channel], known, "crm.csv", channel))
        channel = str(drawn(list(ORIGINS)))
        sessions = float(random.integers(1, 9))
        visits.append((day(), *ORIGINS[channel], f"/{number}", sessions, "ga4.csv", channel))
        side = str(drawn(["company", "agency"]))
        project, task = drawn(list(WORK))  # type: ignore[misc]
        hours = float(random.integers(1, 9)) / 4
        effort.append((f"e{number}", day(), side, side, project, task, hours, "time.csv"))
        channel, kind = drawn(list(PUBLISHED))  # type: ignore[misc]
        who = drawn(["company", "agency", "public", None])
        items.append((channel, f"i{number}", f"{day()} 10:00", kind, who, "posts.csv"))
    bills = [
        ("2026-03-25", "2026-04-03", 100.0),
        ("2026-06-25", "2026-07-04", 40.0),
        ("2026-08-01", "2026-08-31", 62.0),
        ("2026-09-30", None, 5.0),
        ("2026-10-01", "2026-10-31", 31.0),
    ]
    begun = [{**a.model_dump(), "since": "2026-01-05"} for a in client.activities]
    books = open_hand_made(
        client.model_validate({**client.model_dump(), "activities": begun}),
        sources=EVERYTHING,
        contacts=frame("contacts", "contact_id date stage source medium value source_file",
                       *(row[:-1] for row in contacts)),
        visits=frame("visits", "date source medium landing sessions source_file",
                     *(row[:-1] for row in visits)),
        effort=frame("effort", "entry_id date person side project task hours source_file", *effort),
        items=frame("items", "channel item_id done_at kind side source_file", *items),
        spend=frame("spend", "date end_date channel amount source_file",
                    *((first, last, "meta-ads", amount, "bills.csv") for first, last, amount in bills)),
    )  # fmt: skip
    by_channel = quarter.channel_quarter(books).set_index("channel")
    by_week = weekly.activity_weekly(books)
    by_activity = quarter.activity_quarter(books, by_week).set_index("activity")

    rates = {"company": 20.0, "agency": 50.0}
    for before, (first, last) in PERIODS.items():
        paid = 0.0
        for begin, end, amount in bills:
            days = pd.date_range(begin, end or begin)
            paid += amount * sum(first <= str(d.date()) <= last for d in days) / len(days)
        cost = dict.fromkeys(CHANNEL, 0.0)
        for side, rate in rates.items():
            for activity in CHANNEL:
                mine = [e for e in effort if e[3] == side and WORK[e[4], e[5]] == activity]
                worked = sum(e[6] for e in mine if first <= e[1] <= last)
                cost[activity] += worked * rate
                assert by_activity.loc[activity, f"{before}hours_{side}"] == worked
        cost["ads"] += paid
        for channel in ORIGINS:
            row = by_channel.loc[channel]
            of = [c for c in contacts if first <= c[1] <= last and c[-1] == channel]
            won = [c[5] for c in of if c[2] == "won"]
            amounts = [value for value in won if value is not None]
            assert row[f"{before}contacts"] == sum(c[2] == "contact" for c in of) > 0
            assert row[f"{before}opportunities"] == sum(c[2] == "opportunity" for c in of)
            assert won, "or the test would not see what is not known"
            assert (
                row[f"{before}won_value"] == sum(amounts) if amounts else np.isnan(row[f"{before}won_value"])
            )
            assert row[f"{before}visits"] == sum(
                v[4] for v in visits if first <= v[0] <= last and v[-1] == channel
            )
            for side in rates:
                assert row[f"{before}hours_{side}"] == sum(
                    by_activity.loc[a, f"{before}hours_{side}"] for a in CHANNEL if CHANNEL[a] == channel
                )
            assert row[f"{before}cost"] == pytest.approx(
                sum(cost[a] for a in CHANNEL if CHANNEL[a] == channel)
            )
            mine = [i for i in items if first <= i[2][:10] <= last and i[0] == channel and i[4] != "public"]
            if channel in ("blog", "facebook"):
                assert row[f"{before}items"] == len(mine) > 0
            else:
                assert np.isnan(row[f"{before}items"]), "no list of it"
        assert by_channel.loc["meta-ads", f"{before}spend"] == pytest.approx(paid)
        assert by_channel.loc["facebook", f"{before}spend"] != 0, "nothing is sold there"
        if not before:
            assert by_activity["cost"].to_dict() == pytest.approx(cost)
            for (channel, kind), activity in PUBLISHED.items():
                mine = [
                    i for i in items if first <= i[2][:10] <= last and i[:1] == (channel,) and i[3] == kind
                ]
                assert by_activity.loc[activity, "items"] == sum(i[4] != "public" for i in mine) > 0
        for channel in ("blog", "meta-ads"):
            alone = next(a for a in CHANNEL if CHANNEL[a] == channel)
            assert by_activity.loc[alone, f"{before}contacts"] == by_channel.loc[channel, f"{before}contacts"]
        together = by_activity.loc[["facebook-posts", "facebook-replies"], f"{before}contacts"].sum()
        assert together == pytest.approx(by_channel.loc["facebook", f"{before}contacts"])

    weeks = by_week.set_index(["activity", "week"])
    assert weeks.index.get_level_values("week").max() == pd.Timestamp("2026-09-28")
    for activity, channel in CHANNEL.items():
        own = weeks.loc[activity]
        for monday in own.index:
            last_day = min(monday + pd.Timedelta(days=6), pd.Timestamp("2026-09-30"))
            first, last = str(monday.date()), str(last_day.date())
            mine = [e for e in effort if WORK[e[4], e[5]] == activity and first <= e[1] <= last]
            worked = [sum(e[6] for e in mine if e[3] == side) for side in rates]
            row = own.loc[monday]
            assert row[["hours_company", "hours_agency"]].tolist() == worked
            paid = 0.0
            for begin, end, amount in bills if activity == "ads" else []:
                days = pd.date_range(begin, end or begin)
                paid += amount * sum(first <= str(d.date()) <= last for d in days) / len(days)
            assert row["cost"] == pytest.approx(20.0 * worked[0] + 50.0 * worked[1] + paid)
            came = sum(
                c[1] >= first and c[1] <= last and c[2:3] + c[-1:] == ("contact", channel) for c in contacts
            )
            seen = sum(v[4] for v in visits if first <= v[0] <= last and v[-1] == channel)
            assert row["contacts_high"] == came
            if channel != "facebook":
                assert (row["contacts_low"], row["contacts"], row["visits"]) == (came, came, seen)
            kinds = [pair for pair, id_ in PUBLISHED.items() if id_ == activity]
            done = [
                i for i in items if (i[0], i[3]) in kinds and i[4] != "public" and first <= i[2][:10] <= last
            ]
            assert pd.isna(row["items"]) if activity == "ads" else row["items"] == len(done)


def test_a_won_deal_without_an_amount_has_no_value_and_no_deal_has_zero(client: Client) -> None:
    contacts = frame(
        "contacts",
        "contact_id date stage source medium value source_file",
        ("a", "2026-07-09", "won", "facebook", "social", None, "crm.csv"),
        ("b", "2026-07-09", "contact", "feedly.com", "referral", None, "crm.csv"),
    )
    table = quarter.channel_quarter(open_hand_made(client, sources=SOURCES, contacts=contacts))
    won = table.set_index("channel")["won_value"]
    assert np.isnan(won["facebook"])
    assert won["blog"] == 0.0


def test_without_a_file_of_contacts_there_are_none_to_count_not_zero(client: Client) -> None:
    """Nor where the CRM's export covers other quarters only."""
    spring = frame(
        "contacts",
        "contact_id date stage source medium source_file",
        ("a", "2026-05-09", "contact", "feedly.com", "referral", "crm.csv"),
    )
    first, last = (pd.Timestamp(day).as_unit("us") for day in ("2026-04-01", "2026-05-31"))
    closed = SOURCES.assign(as_of=pd.NaT, first_date=first, last_date=last)
    for contacts, sources in ((None, SOURCES), (spring, closed)):
        given = {} if contacts is None else {"contacts": contacts}
        books = open_hand_made(client, sources=sources, effort=EFFORT, **given)
        blog = quarter.channel_quarter(books).set_index("channel").loc["blog"]
        assert blog[["contacts", "opportunities", "won_value", "visits"]].isna().all()
        assert (blog["previous_contacts"] == 1.0) == (contacts is not None)
        activity = quarter.activity_quarter(books, weekly.activity_weekly(books)).set_index("activity")
        assert activity[["contacts_low", "contacts", "contacts_high", "visits"]].isna().all(axis=None)


def test_lists_of_posts_say_nothing_of_replies_and_the_other_way_round(client: Client) -> None:
    listed = "channel item_id done_at kind side reply_to source_file"
    reply = ("facebook", "1", "2026-07-10 10:00", "reply", "agency", "9", "replies.csv")
    post = ("facebook", "2", "2026-07-10 10:00", "post", "agency", None, "posts.csv")
    span = "path sha256 reader layout channel as_of first_date last_date"
    sources = frame(
        "sources",
        span,
        *(
            (name, name, "x", "1", None, None, "2026-05-01", "2026-09-30")
            for name in ("replies.csv", "posts.csv")
        ),
    )

    def counted(row: tuple[object, ...]) -> list[object]:
        books = open_hand_made(client, sources=sources, items=frame("items", listed, row))
        channel = quarter.channel_quarter(books).set_index("channel").loc["facebook"]
        table = quarter.activity_quarter(books, weekly.activity_weekly(books)).set_index("activity")
        of = table.loc[["facebook-posts", "facebook-replies"], "items"]
        return [*of.astype("float64").fillna(-1), channel["items"], channel["previous_items"]]

    assert counted(reply) == [-1, 1, 1, 0]
    assert counted(post) == [1, -1, 1, 0]


def test_a_target_takes_the_channels_own_figures_of_its_days_only(client: Client) -> None:
    metrics = frame(
        "metrics",
        "channel date item_id metric value kind source_file",
        ("facebook", "2026-09-29", None, "followers", 120, "stock", "m.csv"),
        ("facebook", "2026-07-02", None, "followers", 100, "stock", "m.csv"),
        ("facebook", "2026-07-02", None, "views", 7, "flow", "m.csv"),
        ("facebook", "2026-07-02", "1", "views", 50, "flow", "m.csv"),
        ("facebook", None, None, "views", 50, "lifetime", "m.csv"),
        ("x", "2026-07-02", None, "views", 50, "flow", "m.csv"),
        ("facebook", "2026-07-02", None, "active_users", 5, "flow", "m.csv"),
    )

    def reached(*wanted: tuple[str, str]) -> dict[str, object]:
        targets = [{"channel": channel, "metric": metric, "value": 10.0} for channel, metric in wanted]
        changed = client.model_validate({**client.model_dump(), "targets": targets})
        table = quarter.channel_quarter(open_hand_made(changed, metrics=metrics, sources=SOURCES))
        table = table.dropna(subset=["target"]).set_index("channel")
        assert table["target_metric"].to_dict() == dict(reversed(wanted))
        return table["target_share"].fillna(-1).to_dict()

    assert reached(("facebook", "followers")) == {"facebook": 12.0}
    assert reached(("facebook", "views")) == {"facebook": 0.7}
    assert reached(("facebook", "active_users")) == {"facebook": -1}, "people of several days are never added"
    assert reached(("facebook", "reactions")) == {"facebook": -1}, "no file tells"
    assert reached(("facebook", "views"), ("facebook", "followers")) == {"facebook": 0.7}, "the first"
    assert reached(("tiktok", "views"), ("facebook", "views")) == {"tiktok": -1, "facebook": 0.7}


def test_one_result_of_a_small_cost_has_its_price(client: Client) -> None:
    contact = frame(
        "contacts",
        "contact_id date stage source medium source_file",
        ("a", "2026-07-09", "contact", "facebook", "cpc", "crm.csv"),
    )
    spend = frame("spend", "date channel amount source_file", ("2026-07-01", "meta-ads", 0.5, "meta.csv"))
    effort = EFFORT[EFFORT["side"].notna()]
    books = open_hand_made(client, sources=SOURCES, effort=effort, contacts=contact, spend=spend)
    table = quarter.channel_quarter(books).set_index("channel")
    assert table.loc["meta-ads", "cost_per_contact"] == 0.5
    assert np.isnan(table.loc["blog", "cost_per_contact"])


def test_without_time_sheets_only_what_was_paid_is_known(client: Client) -> None:
    spend = frame("spend", "date channel amount source_file", ("2026-07-01", "meta-ads", 80.0, "meta.csv"))
    books = open_hand_made(client, sources=SOURCES, spend=spend)
    table = quarter.channel_quarter(books).set_index("channel")
    assert table.loc["meta-ads", ["spend", "cost"]].tolist() == [80.0, 80.0]
    assert np.isnan(table.loc["meta-ads", "previous_cost"]), "the bills begin on 1 July"
    assert (
        table.loc[["blog", "facebook"], ["hours_company", "hours_agency", "spend", "cost"]]
        .isna()
        .all(axis=None)
    )


def test_participation_is_what_the_public_did_each_sign_once(client: Client) -> None:
    items = frame(
        "items",
        "channel item_id done_at kind side reply_to source_file",
        ("blog", "p", "2026-07-01 10:00", "post", "agency", None, "feed.xml"),
        ("blog", "c1", "2026-07-02 10:00", "comment", "public", "p", "feed.xml"),
        ("blog", "c2", "2026-07-03 10:00", "comment", "public", "a-post-not-listed", "feed.xml"),
        ("blog", "r1", "2026-07-04 10:00", "comment", "company", "p", "feed.xml"),
        ("blog", "w", "2026-07-05 10:00", "post", "public", None, "feed.xml"),
    )
    metrics = frame(
        "metrics",
        "channel date item_id metric value kind as_of source_file",
        ("blog", None, None, "reactions", 500, "lifetime", "2026-10-01", "m.csv"),
        ("blog", "2026-07-05", None, "reactions", 500, "lifetime", "2026-10-01", "m.csv"),
        ("meta-ads", "2026-07-05", None, "shares", None, "flow", "2026-10-01", "m.csv"),
        ("facebook", "2026-07-05", None, "shares", 6, "flow", "2026-10-01", "m.csv"),
    )
    books = open_hand_made(client, sources=SOURCES, items=items, metrics=metrics)
    by_channel = quarter.channel_quarter(books).set_index("channel")["interactions"]
    assert by_channel["blog"] == 2.0, "two comments; neither our answer, nor a post, nor a page's lifetime"
    assert by_channel["facebook"] == 6.0
    assert np.isnan(by_channel["meta-ads"]), "a day without its figure"
    table = quarter.activity_quarter(books, weekly.activity_weekly(books)).set_index("activity")
    assert table.loc["blog-posts", "interactions"] == 1.0, "whose the other's post is nobody knows"
    replies = table.loc[["facebook-posts", "facebook-replies"], "interactions"]
    assert replies.isna().all(), "the page's own figures are of both activities"


def test_the_newest_lifetime_counts_and_goes_before_figures_of_periods(client: Client) -> None:
    items = frame(
        "items",
        "channel item_id done_at kind side source_file",
        ("blog", "p", "2026-07-01 10:00", "post", "agency", "feed.xml"),
    )
    metrics = frame(
        "metrics",
        "channel date item_id metric value kind as_of source_file",
        ("blog", None, "p", "reactions", 9, "lifetime", "2026-10-01", "m.csv"),
        ("blog", None, "p", "reactions", 5, "lifetime", "2026-08-01", "m.csv"),
        ("blog", "2026-09-30", "p", "reactions", 4, "flow", "2026-10-01", "m.csv"),
        ("blog", "2026-09-30", "p", "shares", 2, "flow", "2026-10-01", "m.csv"),
    )
    books = open_hand_made(client, sources=SOURCES, items=items, metrics=metrics)
    table = quarter.channel_quarter(books).set_index("channel")
    assert table.loc["blog", "interactions"] == 9 + 2


def test_a_bill_that_ends_before_it_begins_is_of_its_first_day(client: Client) -> None:
    spend = frame(
        "spend",
        "date end_date channel amount source_file",
        ("2026-07-01", "2026-06-20", "meta-ads", 50.0, "meta.csv"),
    )
    table = quarter.channel_quarter(open_hand_made(client, sources=SOURCES, spend=spend))
    row = table.set_index("channel").loc["meta-ads"]
    assert row["spend"] == 50.0
    assert np.isnan(row["previous_spend"])


def test_a_form_of_the_site_is_no_origin_of_a_contact(client: Client) -> None:
    form = ("form.csv", "9", "x", "1", "site", "2026-10-02", "2026-07-01", "2026-09-30")
    sources = frame("sources", "path sha256 reader layout channel as_of first_date last_date", form)
    contacts = frame(
        "contacts",
        "contact_id date stage source_file",
        ("a", "2026-07-09", "contact", "form.csv"),
    )
    table = quarter.channel_quarter(open_hand_made(client, sources=sources, contacts=contacts))
    assert table.set_index("channel")["contacts"][lambda known: known > 0].to_dict() == {"other": 1.0}


RATIOS = ["cost_per_visit", "cost_per_interaction", "cost_per_contact", "hours_per_contact"]


@pytest.mark.parametrize(
    ("path", "channel", "lost"),
    [
        ("toggl.csv", "facebook", RATIOS),
        ("anna.csv", "facebook", RATIOS),
        ("ga4.csv", "facebook", ["cost_per_visit"]),
        ("crm.csv", "facebook", ["cost_per_contact", "hours_per_contact"]),
        ("page.csv", "facebook", ["cost_per_interaction"]),
        ("meta.csv", "facebook", []),
        ("meta.csv", "meta-ads", ["cost_per_visit", "cost_per_interaction", "cost_per_contact"]),
    ],
)
def test_sums_of_different_days_are_not_divided(
    client: Client, path: str, channel: str, lost: list[str]
) -> None:
    """Four fifths of the 92 days are 74: files to 12 September cover so many, to the 11th they do not."""
    named = ("page.csv", "9", "x", "1", "facebook", None, "2026-07-01", "2026-09-30")
    page = frame("sources", "path sha256 reader layout channel as_of first_date last_date", named)
    contacts = frame(
        "contacts",
        "contact_id date stage source medium source_file",
        ("a", "2026-07-09", "contact", "facebook", "social", "crm.csv"),
        ("b", "2026-07-10", "contact", "facebook", "cpc", "crm.csv"),
    )
    visits = frame(
        "visits",
        "date source medium sessions source_file",
        ("2026-07-09", "facebook", "social", 8, "ga4.csv"),
        ("2026-07-09", "facebook", "cpc", 8, "ga4.csv"),
    )
    metrics = frame(
        "metrics",
        "channel date item_id metric value kind source_file",
        ("facebook", "2026-07-09", None, "reactions", 20, "flow", "page.csv"),
        ("meta-ads", "2026-07-09", None, "reactions", 20, "flow", "meta.csv"),
    )
    ads = frame(
        "effort",
        "entry_id date person side project hours source_file",
        ("e10", "2026-07-09", "bruno", "agency", "Ads", 1.0, "toggl.csv"),
    )
    effort = pd.concat([EFFORT[(EFFORT["date"] < "2026-08-01") & EFFORT["side"].notna()], ads])

    def ratios(day: str) -> dict[str, float]:
        files = pd.concat([SOURCES, page])
        last = files["last_date"].mask(files["path"] == path, pd.Timestamp(day).as_unit("us"))
        books = open_hand_made(
            client,
            sources=files.assign(last_date=last, as_of=files["as_of"].mask(files["path"] == path)),
            effort=effort,
            contacts=contacts,
            visits=visits,
            metrics=metrics,
            spend=hand.SPEND[hand.SPEND["date"] < "2026-08-01"],
        )
        table = quarter.channel_quarter(books).set_index("channel").loc[channel, RATIOS]
        return dict(table.dropna())

    # four hours of the agency; one hour and 310 of spend; 8 visits, 20 signs and a contact each
    cost, hours = (200.0, 4.0) if channel == "facebook" else (360.0, 1.0)
    whole = dict(zip(RATIOS, (cost / 8, cost / 20, cost, hours), strict=True))
    assert ratios("2026-09-12") == whole
    assert ratios("2026-09-11") == {name: value for name, value in whole.items() if name not in lost}
