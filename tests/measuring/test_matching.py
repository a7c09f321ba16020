"""Whose work it is."""

import pytest
from pioppo import frame

from sharedsocial_utils.client import Client
from sharedsocial_utils.measuring import matching


def with_matches(client: Client, **matches: dict[str, tuple[str, ...]]) -> Client:
    """The client with the activities given, all on the blog, in that order."""
    data = client.model_dump()
    first = data["activities"][0]
    data["activities"] = [
        {**first, "id": name.replace("_", "-"), "match": match} for name, match in matches.items()
    ]
    return Client.model_validate(data)


@pytest.mark.parametrize(
    ("project", "task", "tags", "activity"),
    [
        ("Blog", "", "", "blog-posts"),
        ("BLOG ", "", "", "blog-posts"),
        ("Facebook", "Post", "", "facebook-posts"),
        ("Facebook", "Risposte ai commenti", "", "facebook-replies"),
        ("Fiera", "Risposte ai commenti", "", None),
        ("Varie", "", "urgente, Blog", "blog-posts"),
        ("", "", "", None),
        ("Bloggers", "", "", None),
    ],
)
def test_entry(client: Client, project: str, task: str, tags: str, activity: str | None) -> None:
    assert matching.activity_of_entry(client, project, task, tags) == activity


def test_more_kinds_of_pattern_win_then_the_most_specific_then_the_first(client: Client) -> None:
    several = with_matches(
        client,
        wide={"projects": ("Social*",)},
        narrow={"projects": ("Social media*",)},
        tagged={"projects": ("Social*",), "tags": ("reel",)},
        twin={"projects": ("Social media*",)},
    )
    found = [
        matching.activity_of_entry(several, *entry)
        for entry in [("Social media 2026", "", ""), ("Social 2026", "", ""), ("Social media", "", "reel")]
    ]
    assert found == ["narrow", "wide", "tagged"]


def test_a_task_alone_is_enough_where_no_project_is_named(client: Client) -> None:
    several = with_matches(
        client,
        answers={"tasks": ("Risposte*",)},
        both={"projects": ("Social*",), "tasks": ("Post*",)},
        tagged={"projects": ("Fiera",), "tasks": ("Stand",), "tags": ("reel",)},
    )
    for entry, activity in (
        (("Varie", "Risposte ai commenti", ""), "answers"),
        (("", "Risposte", ""), "answers"),
        (("Social 2026", "Post", ""), "both"),
        (("Social 2026", "Riunione", ""), None),
        (("Varie", "Post", ""), None),
        (("Fiera", "Viaggio", "reel"), "tagged"),
        (("Fiera", "Viaggio", ""), None),
        (("Social 2026", "", ""), None),
    ):
        assert matching.activity_of_entry(several, *entry) == activity, entry


def test_what_an_entry_does_not_name_fits_nothing(client: Client) -> None:
    """Not even a pattern that takes everything."""
    everything = with_matches(client, all={"projects": ("*",)}, tags={"tags": ("*",)})
    assert matching.activity_of_entry(everything, "Fiera", "", "") == "all"
    assert matching.activity_of_entry(everything, "", "", "urgente") == "tags"
    for blank in ("", " "):
        assert matching.activity_of_entry(everything, blank, "Riunione", blank) is None


def test_of_patterns_that_fit_the_activity_with_none_unfitted_wins(client: Client) -> None:
    """The one that asks for more and gets less is the less likely."""
    several = with_matches(
        client,
        half={"projects": ("Social media 2026",), "tags": ("reel",)},
        whole={"projects": ("Social*",)},
    )
    assert matching.activity_of_entry(several, "Social media 2026", "", "") == "whole"
    assert matching.activity_of_entry(several, "Social media 2026", "", "reel") == "half"


def test_money_is_the_campaigns_activity_then_the_channels_ads_then_its_first(client: Client) -> None:
    data = client.model_dump()
    first = data["activities"][0]
    data["activities"] = [
        {**first, "id": name, "channel": channel, "kind": kind, "match": {"campaigns": campaigns}}
        for name, channel, kind, campaigns in (
            ("posts", "facebook", "post", ("posts-*",)),
            ("boosts", "facebook", "ads", ("boost-*",)),
            ("blog", "blog", "post", ("blog-*",)),
        )
    ]
    several = Client.model_validate(data)
    for channel, campaign, activity in (
        ("facebook", "posts-estate", "posts"),
        ("facebook", "boost-estate", "boosts"),
        ("facebook", "altro", "boosts"),
        ("facebook", "blog-estate", "boosts"),
        ("blog", "", "blog"),
        ("x", "posts-estate", None),
    ):
        assert matching.activity_of_spend(several, channel, campaign) == activity, (channel, campaign)


def test_of_two_activities_of_a_kind_the_voice_tells_whose_an_item_is(client: Client) -> None:
    data = client.model_dump()
    first = data["activities"][0]
    data["activities"] = [
        {**first, "id": name, "kind": kind, "voice": voice}
        for name, kind, voice in (
            ("ours", "post", "company"), ("theirs", "post", "agency"), ("answers", "reply", "any"),
            ("watching", "monitoring", "any"), ("paid", "ads", "any"),
        )
    ]  # fmt: skip
    several = Client.model_validate(data)
    for kind, side, activity in (
        ("post", "company", "ours"), ("post", "agency", "theirs"), ("post", "", None),
        ("comment", "agency", "answers"), ("reply", "", "answers"), ("video", "company", None),
        ("monitoring", "agency", None), ("ads", "agency", None),
    ):  # fmt: skip
        assert matching.activity_of_item(several, "blog", kind, side) == activity, (kind, side)
    alone = Client.model_validate(data | {"activities": data["activities"][3:]})
    assert matching.activity_of_item(alone, "blog", "post", "agency") is None, "nobody publishes there"


def test_effort_is_priced_at_the_sides_rate_and_never_guessed(client: Client) -> None:
    effort = frame(
        "effort",
        "entry_id date person side project hours",
        ("1", "2026-07-01", "anna", "company", "Blog", 1.5),
        ("2", "2026-07-01", "bruno", "agency", "Blog", 2.0),
        ("3", "2026-07-01", "Nessuno", None, "Blog", 1.0),
        ("4", "2026-07-01", "anna", "company", "Fiera", 1.0),
    )
    filled = matching.fill_effort(effort, client)
    assert filled["cost"].fillna(-1).tolist() == [30.0, 100.0, -1, 20.0]
    assert filled["activity"].fillna("-").tolist() == ["blog-posts"] * 3 + ["-"]
    assert filled["channel"].fillna("-").tolist() == ["blog"] * 3 + ["-"]
    assert effort["activity"].isna().all(), "the table given is left as it is"


def test_planned_pieces_are_found_by_label_title_or_channel_name(client: Client) -> None:
    pieces = frame(
        "plan_items",
        "item_id title tags",
        ("1", "Olio nuovo", "blog"),
        ("2", "Foto dei campi", "Facebook"),
        ("3", "blog: la vendemmia", None),
        ("4", "facebook: auguri", None),
        ("5", "Chiamare il tipografo", "stampa"),
        ("6", "Foto dei campi", "stampa, Facebook"),
        ("7", "FACEBOOK: auguri", None),
        ("8", "Auguri", "stampa, META-ADS"),
    )
    filled = matching.fill_plan_items(pieces, client)
    assert filled["activity"].fillna("-").tolist() == [
        "blog-posts", "facebook-posts", "blog-posts", "-", "-", "facebook-posts", "-", "ads",
    ]  # fmt: skip
    assert filled["channel"].fillna("-").tolist() == [
        "blog", "facebook", "blog", "facebook", "-", "facebook", "facebook", "meta-ads",
    ]  # fmt: skip


def test_items_go_to_the_activity_of_their_kind(client: Client) -> None:
    kinds = [
        ("blog", "post"),
        ("blog", "video"),
        ("facebook", "comment"),
        ("facebook", "video"),
        ("x", "post"),
    ]
    found = [matching.activity_of_item(client, channel, kind, "company") for channel, kind in kinds]
    assert found == ["blog-posts", "blog-posts", "facebook-replies", "facebook-posts", None]
