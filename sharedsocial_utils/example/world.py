"""One invented client with everything that chance has made of it: the ground of exports and truth."""

from dataclasses import dataclass

from sharedsocial_utils.example import content, effort, traffic
from sharedsocial_utils.example.content import Comment, Item, Video
from sharedsocial_utils.example.effort import Entry, Payment
from sharedsocial_utils.example.spec import Cast
from sharedsocial_utils.example.traffic import Contact, Visit
from sharedsocial_utils.workspace import Quarter


@dataclass(frozen=True)
class World:
    """A client's cast and what happened in the nine quarters."""

    cast: Cast
    seed: int
    entries: list[Entry]
    payments: list[Payment]
    visits: list[Visit]
    contacts: list[Contact]
    items: list[Item]
    comments: list[Comment]
    videos: list[Video]

    def items_in(self, quarter: Quarter, channel: str) -> list[Item]:
        """What was published on a channel in a quarter, by the client's own days."""
        return [
            item
            for item in self.items
            if item.channel == channel and quarter.first_day <= item.done_at.date() <= quarter.last_day
        ]


def make(cast: Cast, seed: int) -> World:
    """Plays the nine quarters of one client."""
    work = effort.entries(cast, seed)
    paid = effort.payments(cast, seed)
    visits, contacts = traffic.traffic(cast, seed, work, paid)
    items = content.items(cast, seed, work)
    comments = content.comments(cast, seed, [item for item in items if item.channel == "blog"])
    videos = content.videos(cast, seed, items)
    return World(cast, seed, work, paid, visits, contacts, items, comments, videos)
