"""Page one: what to start, to stop, to change and to keep, and what cannot be told yet."""

from math import ceil

import pandas as pd

from sharedsocial_utils.client import Side
from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block, Text
from sharedsocial_utils.telling.frames import (
    CHANGES,
    ORDER,
    SIDES,
    Row,
    added,
    at_most,
    flags,
    known,
    of_different_days,
    of_flag,
    records,
    uncosted,
    worked,
)
from sharedsocial_utils.telling.names import DOT
from sharedsocial_utils.telling.pages.channel_table import channel_table
from sharedsocial_utils.telling.pages.coverage import (
    coverage_line,
    incomplete,
    mostly_known,
    of_two_quarters,
    partly,
)
from sharedsocial_utils.telling.pages.promises import findings
from sharedsocial_utils.telling.pages.reasons import evidence, short
from sharedsocial_utils.telling.review import Review
from sharedsocial_utils.telling.shown import plain
from sharedsocial_utils.telling.wording import capital

NAMED = 3  # more names than these make a title that nobody reads
PAGE_ROOM = 179.0  # mm of the page for title, banner, sentences and rows; the rest is of fixed height
LABELS_ROOM = 30.0  # mm of that rest in which labels wrap, sooner in letters wider than ours
BULLET_LETTERS = 98  # in a line of the list
NOTE_LETTERS = 115  # in a line of the small print
TITLE_LETTERS = 44  # in a line of the title
KICKER_LETTERS = 88  # in a line of the topic above it


def bottom_line(review: Review) -> list[Block]:
    """The page's blocks."""
    kicker = f"{review.client.name}{DOT}{review.period}"
    who = review.say(
        "bottom.who",
        company=review.client.company.name,
        agency=review.client.agency.name,
        day=review.as_of,
    )
    head, warnings, told = title(review), incomplete(review), [*sentences(review), *_balance(review)]
    covered = coverage_line(review)
    return [
        blocks.page(head, kicker),
        blocks.note(who),
        *warnings,
        *told,
        *_key_figures(review),
        *channel_table(review, _room(review, kicker, head, who, warnings, told, covered)),
        blocks.note(covered),
    ]


def title(review: Review) -> str:
    """The decisions in about ten words; without verdicts the topic and the reason."""
    changed = {flag: names for flag in CHANGES if (names := of_flag(review, flag))}
    kept, watched = len(of_flag(review, "KEEP")), len(of_flag(review, "WATCH"))
    if not changed:
        return _title_without_change(review, kept, watched)
    few = sum(map(len, changed.values())) <= NAMED
    parts = [_change(review, flag, names, few or flag in CHANGES[:2]) for flag, names in changed.items()]
    if len(parts) <= 2 and kept + watched:
        rest = "rest_wait" if kept and watched else "rest" if kept else "wait"
        parts.append(review.say(f"bottom.title.{rest}"))
    return capital(review.words.listed(parts))


def _change(review: Review, flag: str, names: list[str], named: bool) -> str:
    """ "chiudere Flickr"; a number where the names are too many."""
    if len(names) == 1 or (named and len(names) < NAMED):
        return review.say(f"bottom.title.{flag}", names=[review.names.short(name) for name in names])
    return review.say(f"bottom.count.{flag}", n=len(names))


def _title_without_change(review: Review, kept: int, watched: int) -> str:
    if not kept + watched:
        return review.say("bottom.title.none")
    if not kept:
        return review.say("bottom.title.all_watch", n=watched)
    if not watched:
        return review.say("bottom.title.all_keep", n=kept)
    return review.say("bottom.title.keep_watch", n=kept, watched=watched)


def sentences(review: Review) -> list[Block]:
    """One sentence for each kind of decision: stop, start, change, keep, and what cannot be told yet."""
    items = [item for flag in ORDER if (item := _sentence(review, flag))]
    return [blocks.listing(items)] if items else [blocks.lead(review.say("bottom.no_verdict"))]


def _sentence(review: Review, flag: str) -> Text | None:
    rows = [row for row in records(flags(review)) if row["flag"] == flag]
    if not rows:
        return None
    if flag in ("KEEP", "WATCH") or len(rows) >= NAMED:
        names = at_most(review, [review.names.activity(row["activity"]) for row in rows])
        told = review.say(f"bottom.many.{flag}", names=names, n=len(rows))
    else:
        told = f"{'; '.join(_told(review, row) for row in rows)}."
    return [blocks.strong(review.names.flag(flag)), " ", told]


def _balance(review: Review) -> list[Block]:
    """What the work cost and what came back; what was promised last time, and what became of it."""
    if not len(flags(review)):
        return []
    kept = [f"{finding}." for finding in findings(review)] or [review.say("bottom.last_none")]
    told = {"returned": _returned(review), "last": " ".join(kept)}
    return [
        blocks.listing(
            [
                [blocks.strong(review.say(f"bottom.{name}.head")), " ", text]
                for name, text in told.items()
                if text
            ]
        )
    ]


def _returned(review: Review) -> str:
    """Cost, contacts and deals won of the worked channels whose cost and contacts are both known: a contact
    of unknown cost would make the others look cheap, and sums of different days are not divided. Empty where
    there is none."""
    mine = worked(review).dropna(subset=["cost", "contacts"])
    cost, contacts, won = (added(mine[name]) for name in ("cost", "contacts", "won_value"))
    if not known(cost) or not known(contacts):
        return ""
    if of_different_days(mine, "cost_per_contact", "cost", "contacts").any():
        told = review.say("bottom.returned_apart", n=contacts, cost=cost)
    elif not contacts and not mostly_known(review, "contacts", review.quarter):
        return ""
    else:
        told = review.say(
            "bottom.returned", n=contacts, cost=cost, each=cost / contacts if contacts else cost
        )
    parts = [told, *([review.say("bottom.won", won=won)] if known(won) else []), *_outside(review, mine)]
    return f"{'; '.join(parts)}."


def _outside(review: Review, mine: pd.DataFrame) -> list[str]:
    """The worked channels that are not in `mine`, by name."""
    others = worked(review)["channel"]
    names = [review.names.channel(channel) for channel in others[~others.isin(mine["channel"])]]
    return [review.say("bottom.outside", names=at_most(review, names, "channels"))] if names else []


def _told(review: Review, row: Row) -> str:
    name, told = review.names.activity(row["activity"]), evidence(review, row)
    return review.say(f"bottom.one.{row['flag']}", name=name, why=short(review, row), evidence=told)


def _key_figures(review: Review) -> list[Block]:
    mine, all_ = worked(review), review.table("channel_quarter")
    if not len(mine):
        return []
    words = review.words
    items = [
        (
            words.form(added(mine[f"hours_{side}"]), "hours_sign"),
            review.say(f"label.hours_{side}"),
            _beside_hours(review, side),
        )
        for side in SIDES
    ]
    cost = added(mine["cost"])
    items.append(
        (
            words.form(cost, "money"),
            review.say("label.cost"),
            _beside_cost(review),
        )
    )
    for what in ("visits", "contacts"):
        number = added(mine[what])
        part = _beside_results(review, what, added(all_[what])) if known(number) else None
        items.append((words.form(number, "whole"), review.say(f"label.{what}_worked"), part))
    return [blocks.numbers(items)]


def _beside_results(review: Review, what: str, of: float) -> str | None:
    """The weeks that visits or contacts are of, if too few to be the quarter's; else all channels' sum."""
    if few := partly(review, what):
        return review.say("bottom.of_weeks", n=few[0], all=few[1])
    return review.say("bottom.of_all", all=of) if known(of) else None


def _beside_hours(review: Review, side: Side) -> str | None:
    """The weeks that the hours are of, if too few to be the quarter's; else the hours of the one before."""
    if few := partly(review, f"hours_{side}"):
        return review.say("bottom.of_weeks", n=few[0], all=few[1])
    if not of_two_quarters(review, f"hours_{side}"):
        return None
    return _before(review, added(worked(review)[f"previous_hours_{side}"]), "number")


def _beside_cost(review: Review) -> str | None:
    """The channels or the weeks that the sum leaves out; else the sum of the quarter before, if it is of the
    same ones."""
    mine = worked(review)
    sides = [side for side in SIDES if known(added(mine[f"hours_{side}"]))]
    if len(left := uncosted(review)):
        key = "bottom.without" if len(left) == 1 else "bottom.without.many"
        return review.say(key, names=[review.names.channel(c) for c in left["channel"]], n=len(left))
    if few := min(filter(None, (partly(review, f"hours_{side}") for side in sides)), default=None):
        return review.say("bottom.hours_of_weeks", n=few[0], all=few[1])
    whole = mine["previous_cost"].notna().all()
    whole &= all(of_two_quarters(review, f"hours_{side}") for side in sides)
    return _before(review, added(mine["previous_cost"]), "money") if whole else None


def _before(review: Review, value: float, form: str) -> str | None:
    return review.say("bottom.before", value=review.words.form(value, form)) if known(value) else None


def _room(
    review: Review,
    kicker: str,
    head: str,
    who: str,
    warnings: list[Block],
    told: list[Block],
    covered: str,
) -> float:
    """Millimetres left on the page for the table's rows, reckoned with care from the texts' lengths."""

    def lines(text: str, letters: int) -> int:
        return ceil(len(text) * review.look.widening / letters)

    bullets = sum(lines(plain(item), BULLET_LETTERS) for block in told for item in block.get("items", []))
    banner = sum(9 + 4.75 * lines(plain(block["text"]), BULLET_LETTERS) for block in warnings)
    above = 4.0 * (lines(kicker, KICKER_LETTERS) - 1) + 7.4 * lines(head, TITLE_LETTERS)
    labels = LABELS_ROOM * (review.look.widening - 1)
    small = 3.4 * (lines(who, NOTE_LETTERS) - 1 + max(0, lines(covered, NOTE_LETTERS) - 2))
    return PAGE_ROOM - 4.75 * bullets - above - small - banner - labels
