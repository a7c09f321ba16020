"""The truth beside the exports: what each activity is worth, and what a correct reader must find.

`activities.csv`, one row per activity: `true_roi` is the incremental contribution margin per unit of cost in
steady state, `good` whether it is above 1, contacts and cost per week are those of the last level.

`totals.json`: quarter -> channel -> figure, only of what the exports hold.
- sessions; contacts (by day of creation), opportunities (by creation), won and won_value (by closing day);
- hours_company, hours_agency, hours_unknown (a person not in client.toml); work that is no activity stands
  under the channel `none`;
- spend; items: posts and our own answers; public_comments: comments of others on the blog;
- interactions: Facebook, Instagram: reactions, comments, shares (and saves) to the export day of what was
  published in the quarter; X, LinkedIn, YouTube: those of the period; blog: the public comments.
`blemishes` lists what a reader must set aside or merge.
"""

import json
from collections import defaultdict
from datetime import date

from sharedsocial_utils.example.days import END, QUARTERS, quarter_of
from sharedsocial_utils.example.exports.shape import Cell, table
from sharedsocial_utils.example.exports.wordpress import comments_shown, posts_shown
from sharedsocial_utils.example.spec import Activity, Cast
from sharedsocial_utils.example.world import World
from sharedsocial_utils.workspace import Quarter

Totals = dict[str, dict[str, dict[str, float]]]
_HEADER = (
    "activity", "channel", "kind", "role", "true_roi", "attributed_roi", "phi", "good",
    "true_contacts_per_week", "attributed_contacts_per_week", "cost_per_week", "value_per_contact", "start",
    "end", "special",
)  # fmt: skip


def files(world: World) -> dict[str, bytes]:
    """`activities.csv` and `totals.json`."""
    rows = [_activity(world.cast, activity) for activity in world.cast.activities]
    totals = {
        "client": world.cast.id,
        "quarters": totals_of(world),
        "blemishes": sorted(world.cast.blemishes),
        "tracking_gap": [str(day) for day in world.cast.tracking_gap or ()],
        "missing_exports": sorted(f"{export} {quarter}" for export, quarter in world.cast.missing),
        "start_candidates": sorted(
            source.channel for source in world.cast.background if _invites(source.channel)
        ),
    }
    return {
        "activities.csv": table([_HEADER, *rows]).encode(),
        "totals.json": (json.dumps(totals, indent=1, ensure_ascii=False) + "\n").encode(),
    }


def _invites(channel: str) -> bool:
    return channel not in ("search", "direct", "referral", "ai-assistant")


def _activity(cast: Cast, activity: Activity) -> list[Cell]:
    level = activity.level(END)
    cost = level * cast.cost(activity.company_hours, activity.agency_hours, activity.spend)
    true_roi = activity.roi * activity.phi
    attributed = activity.roi * cost / cast.value_per_contact
    return [
        activity.id, activity.channel, activity.kind, activity.role, f"{true_roi:.4f}", f"{activity.roi:.4f}",
        f"{activity.phi:.4f}", str(true_roi > 1).lower(), f"{attributed * activity.phi:.4f}",
        f"{attributed:.4f}", f"{cost:.2f}", f"{cast.value_per_contact:.4f}", str(activity.since),
        str(activity.until or ""), activity.special,
    ]  # fmt: skip


class _Sums:
    """Sums by quarter, channel and figure; days outside the nine quarters are left out."""

    def __init__(self) -> None:
        self.found: dict[Quarter, dict[str, dict[str, float]]] = {
            quarter: defaultdict(lambda: defaultdict(float)) for quarter in QUARTERS
        }

    def add(self, when: date | Quarter, channel: str, figure: str, amount: float) -> None:
        quarter = when if isinstance(when, Quarter) else quarter_of(when)
        if quarter in self.found:
            self.found[quarter][channel][figure] += amount

    def rounded(self) -> Totals:
        return {
            str(quarter): {
                channel: {figure: round(amount, 4) for figure, amount in sorted(figures.items())}
                for channel, figures in sorted(channels.items())
            }
            for quarter, channels in self.found.items()
        }


def totals_of(world: World) -> Totals:
    """What a correct reader must find, by quarter and channel."""
    sums = _Sums()
    _add_visits(world, sums)
    _add_contacts(world, sums)
    _add_effort(world, sums)
    _add_published(world, sums)
    _add_blog(world, sums)
    _add_videos(world, sums)
    return sums.rounded()


def _add_visits(world: World, sums: _Sums) -> None:
    for visit in world.visits:
        if world.cast.is_exported("ga4", quarter_of(visit.day)):
            sums.add(visit.day, visit.route.channel, "sessions", visit.sessions)


def _add_contacts(world: World, sums: _Sums) -> None:
    for contact in world.contacts:
        channel = contact.route.channel
        sums.add(contact.at.date(), channel, "contacts", 1)
        if contact.deal:
            sums.add(contact.deal.created, channel, "opportunities", 1)
            if contact.deal.outcome == "won":
                sums.add(contact.deal.closes, channel, "won", 1)
                sums.add(contact.deal.closes, channel, "won_value", contact.deal.amount)


def _add_effort(world: World, sums: _Sums) -> None:
    cast = world.cast
    for entry in world.entries:
        if cast.is_exported(f"{entry.side} hours", quarter_of(entry.day)):
            channel = cast.activity(entry.activity).channel if entry.activity else "none"
            side = entry.side if entry.worker else "unknown"
            sums.add(entry.day, channel, f"hours_{side}", entry.hours)
    for payment in world.payments:
        if cast.is_exported(payment.channel, quarter_of(payment.day)):
            sums.add(payment.day, payment.channel, "spend", payment.amount)


def _add_published(world: World, sums: _Sums) -> None:
    for item in world.items:
        day, channel = item.done_at.date(), item.channel
        if channel != "blog" and world.cast.is_exported(channel, quarter_of(day)):
            sums.add(day, channel, "items", 1)
            saves = 0 if channel in ("facebook", "linkedin") else item.figures.get("saves", 0)
            counts = [item.figures.get(name, 0) for name in ("reactions", "comments", "shares")]
            if item.figures:
                sums.add(day, channel, "interactions", sum(counts) + saves)


def _add_blog(world: World, sums: _Sums) -> None:
    taken = [quarter for quarter in QUARTERS if world.cast.is_exported("blog", quarter)]
    posts = {post.id: post for quarter in taken for post in posts_shown(world, quarter)}
    comments = {comment.id: comment for quarter in taken for comment in comments_shown(world, quarter)}
    for post in posts.values():
        sums.add(post.done_at.date(), "blog", "items", 1)
    for comment in comments.values():
        figures = ("items",) if comment.worker else ("public_comments", "interactions")
        for figure in figures:
            sums.add(comment.at.date(), "blog", figure, 1)


def _add_videos(world: World, sums: _Sums) -> None:
    for video in world.videos:
        for quarter, figures in video.figures.items():
            if world.cast.is_exported("youtube", quarter):
                counts = [figures[name] for name in ("reactions", "comments", "shares")]
                sums.add(quarter, "youtube", "interactions", sum(counts))
                sums.add(quarter, "youtube", "views", figures["views"])
