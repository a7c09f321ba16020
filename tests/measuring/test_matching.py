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
    )
    filled = matching.fill_plan_items(pieces, client)
    assert filled["activity"].fillna("-").tolist() == ["blog-posts", "facebook-posts", "blog-posts", "-", "-"]
    assert filled["channel"].fillna("-").tolist() == ["blog", "facebook", "blog", "facebook", "-"]


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
