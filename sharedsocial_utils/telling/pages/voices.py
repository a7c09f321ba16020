"""Whose voice is heard on each channel: who publishes, who answers, what nobody answered."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from sharedsocial_utils.client import Side
from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block
from sharedsocial_utils.telling.frames import known, records
from sharedsocial_utils.telling.review import Review

ENOUGH_PIECES = 5  # pieces or comments below which nothing is said about a channel's voice


class Counts(NamedTuple):
    """Pieces by who wrote them; `unnamed`: the files name nobody."""

    company: int = 0
    agency: int = 0
    unnamed: int = 0

    @property
    def named(self) -> int:
        """Pieces of which the files say who wrote them."""
        return self.company + self.agency

    @property
    def share_of_company(self) -> float:
        """The company's share of the named pieces; NaN where they are too few."""
        return self.company / self.named if self.named >= ENOUGH_PIECES else float("nan")


class Heard(NamedTuple):
    """One channel: what was published, what was answered, the public's comments and those nobody answered."""

    channel: str
    posts: Counts
    replies: Counts
    comments: int
    unanswered: int | None


def voices(review: Review) -> list[Block]:
    """The figure, or the sentence that nothing is known."""
    heard = sorted(_heard(review), key=lambda row: -sum(row.posts) - sum(row.replies))
    if not heard:
        return [blocks.heading(review.say("who.voices")), blocks.paragraph(review.say("who.no_voice"))]
    return [_figure(review, heard)]


def unanswered(review: Review) -> list[str]:
    """Channels with comments to which nobody answered at all."""
    rows = [row for row in _heard(review) if row.comments >= ENOUGH_PIECES and not sum(row.replies)]
    return [review.names.channel(row.channel) for row in rows]


def company_silent(review: Review) -> list[str]:
    """Channels where the company's voice is agreed and only the agency answers."""
    wished = {activity.channel for activity in review.client.activities if activity.voice == "company"}
    rows = [row for row in _heard(review) if row.replies.agency >= ENOUGH_PIECES and not row.replies.company]
    return [review.names.channel(row.channel) for row in rows if row.channel in wished]


def other_voice(review: Review, channel: str, agreed: str) -> Side | None:
    """The side that publishes most on a channel where the other's voice was agreed, if any."""
    posts = next((row.posts for row in _heard(review) if row.channel == channel), Counts())
    if posts.named < ENOUGH_PIECES:
        return None
    if agreed == "company" and posts.agency > posts.company:
        return "agency"
    return "company" if agreed == "agency" and posts.company > posts.agency else None


@lru_cache(maxsize=1)
def _heard(review: Review) -> list[Heard]:
    """The channels where somebody of the two sides, or nobody named, has published or answered."""
    frame = review.table("voice_quarter")
    frame = frame.assign(side=frame["side"].fillna("unnamed"))
    rows = []
    for channel in sorted(frame["channel"].unique()):
        by_side = {row["side"]: row for row in records(frame[frame["channel"] == channel])}
        public = by_side.pop("public", None)
        posts, replies = (
            Counts(**{side: int(row[what]) for side, row in by_side.items() if known(row[what])})
            for what in ("posts", "replies")
        )
        comments = int(public["replies"]) if public and known(public["replies"]) else 0
        left = int(public["unanswered"]) if public and known(public["unanswered"]) else None
        if sum(posts) + sum(replies) + comments:
            rows.append(Heard(channel, posts, replies, comments, left))
    return rows


def _figure(review: Review, heard: list[Heard]) -> Block:
    from sharedsocial_utils.telling import figures

    rows = [
        figures.Voice(
            review.names.channel(row.channel), tuple(row.posts), tuple(row.replies), _left(review, row)
        )
        for row in heard
    ]
    heads = (review.say("who.head.posts"), review.say("who.head.replies"), review.say("who.head.unanswered"))
    looks = (review.client.company.name, review.client.agency.name, review.say("nobody_named"))
    finding = _finding(review, heard)
    told = [
        review.say("who.voice_row", name=row.name, company=row.posts[0], all=sum(row.posts)) for row in rows
    ]
    return blocks.figure(
        figures.voice_shares(rows, heads, looks),
        review.say("who.voice_alt", finding=finding, rows="; ".join(told)),
        title=finding,
        subtitle=review.say("who.voice_subtitle", period=review.period),
        note=review.say("who.voice_note"),
    )


def _left(review: Review, row: Heard) -> str:
    if row.unanswered is None or not row.comments:
        return "–"
    return review.say("who.unanswered_of", n=row.unanswered, all=row.comments)


def _finding(review: Review, heard: list[Heard]) -> str:
    """The share of posts and of answers that the company wrote itself, where somebody is named."""
    posts, replies = _summed(row.posts for row in heard), _summed(row.replies for row in heard)
    shares = {"posts": posts.share_of_company, "replies": replies.share_of_company}
    if not known(shares["posts"]):
        return review.say("who.voice.none")
    key = "who.voice" if known(shares["replies"]) else "who.voice.posts"
    named = ".named" if posts.unnamed + replies.unnamed else ""
    return review.say(key + named, company=review.client.company.name, **shares)


def _summed(counts: Iterable[Counts]) -> Counts:
    return Counts(*(sum(column) for column in zip(*counts, strict=True)))
