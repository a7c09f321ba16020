"""Page seven: every activity's verdict, its rule, its evidence and what would change it."""

from typing import Any

import pandas as pd

from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block, Cell, Text
from sharedsocial_utils.telling.frames import (
    ORDER,
    Row,
    columns,
    flags,
    hours_of,
    known,
    of_activity,
    of_flag,
    records,
)
from sharedsocial_utils.telling.pages.reasons import caveat, evidence, reason, sureness, would_change
from sharedsocial_utils.telling.review import Review

TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


def verdicts(review: Review) -> list[Block]:
    """The page's blocks."""
    frame = flags(review)
    head = blocks.page(title(review), review.say("topic.verdicts"))
    if not len(frame):
        return [head, blocks.paragraph(review.say("verdicts.nothing"))]
    return [
        head,
        *_figure(review, frame),
        *_rules(review, frame),
        *_pauses(review),
        blocks.cards(_card(review, row) for row in records(frame)),
    ]


def title(review: Review) -> str:
    """The plainest stop with its numbers; without one, how many verdicts of which kind."""
    frame = flags(review)
    stops = frame[(frame["flag"] == "STOP") & frame["break_even_contacts"].notna()]
    stops = stops[stops["evidence_contacts"].notna()]
    if len(stops):
        row = records(stops.sort_values(["p_worth", "activity"]))[0]
        return review.say(
            "verdicts.title.stop",
            name=review.names.short(row["activity"]),
            contacts=row["evidence_contacts"],
            needed=row["break_even_contacts"],
        )
    if not len(frame):
        return review.say("verdicts.title.none")
    counts = {flag: len(of_flag(review, flag)) for flag in ORDER}
    parts = [f"{count} {review.names.flag(flag)}" for flag, count in counts.items() if count]
    return review.say("verdicts.title.counts", n=len(frame), parts=parts)


def _pauses(review: Review) -> list[Block]:
    """What came in the pauses that are over; the one that is proposed stands with the plan."""
    frame = review.table("pauses")
    over = records(frame[frame["status"] != "proposed"].sort_values(["begin", "activity"]))
    heading = blocks.heading(review.say("verdicts.pauses"))
    return [heading, blocks.listing([_pause(review, row) for row in over])] if over else []


def _pause(review: Review, row: Row) -> str:
    about = {"name": review.names.activity(row["activity"]), "weeks": row["weeks"], "day": row["begin"]}
    if row["status"] != "read":
        return review.say(f"pause.{row['status']}", **about)
    fewer = round(row["contacts_lost"])
    figures = {"n": abs(fewer), "expected": round(row["contacts_expected"]), "error": round(row["error"])}
    return review.say("pause.fewer" if fewer >= 0 else "pause.more", **about, **figures)


def _figure(review: Review, frame: pd.DataFrame) -> list[Block]:
    from sharedsocial_utils.telling import figures

    frame = frame[(frame[["roi_low", "roi_median", "roi_high"]] > 0).all(axis=1)]
    if not len(frame):
        return []
    rows = [
        figures.Interval(
            review.names.activity(row["activity"]),
            row["flag"],
            review.names.flag(row["flag"]),
            row["roi_low"],
            row["roi_median"],
            row["roi_high"],
        )
        for row in records(frame)
    ]
    number = {tick: review.words.form(tick, "ratio") for tick in TICKS}
    by_middle = records(frame.sort_values(["roi_median", "activity"]))
    low, high = by_middle[0], by_middle[-1]
    finding = _finding(review, frame)
    alt = review.say(
        "verdicts.alt",
        finding=finding,
        low=low["roi_median"],
        low_name=review.names.activity(low["activity"]),
        high=high["roi_median"],
        high_name=review.names.activity(high["activity"]),
    )
    return [
        blocks.figure(
            figures.evidence(rows, review.say("verdicts.threshold"), number),
            alt,
            title=finding,
            subtitle=review.say("verdicts.subtitle"),
            note=review.say("verdicts.note"),
        )
    ]


def _finding(review: Review, frame: pd.DataFrame) -> str:
    below, above = int((frame["roi_high"] < 1).sum()), int((frame["roi_low"] > 1).sum())
    return review.say(
        "verdicts.finding", n=len(frame), below=below, above=above, open=len(frame) - below - above
    )


def _card(review: Review, row: Row) -> Block:
    flag, name = row["flag"], review.names.activity(row["activity"])
    head = review.say("verdicts.fact.pilot" if flag == "START" else "verdicts.fact.evidence")
    lines: list[Text] = [[blocks.strong(f"{head}:"), f" {evidence(review, row)}."]]
    if change := would_change(review, row):
        lines.append([blocks.strong(review.say("verdicts.change")), " ", change])
    if weakness := caveat(review, row):
        lines.append(weakness)
    if flag == "STOP":
        lines += _closing(review, row["activity"])
    return blocks.card(name, flag, review.names.flag(flag), reason(review, row), _facts(review, row), lines)


def _facts(review: Review, row: Row) -> list[tuple[str, str]]:
    now = of_activity(review, row["activity"])
    facts = [(review.say("verdicts.fact.quarter"), _quarter(review, now))] if now is not None else []
    if known(row["p_worth"]):
        facts.append((review.say("verdicts.fact.worth"), _worth(review, row)))
    if known(row["roi_median"]):
        facts.append(
            (
                review.say("verdicts.fact.return"),
                review.say(
                    "verdicts.interval", low=row["roi_low"], high=row["roi_high"], middle=row["roi_median"]
                ),
            )
        )
    if known(row["expected_net"]):
        facts.append((review.say("verdicts.fact.net"), review.words.money_fixed(row["expected_net"], "1")))
    return facts


def _worth(review: Review, row: Row) -> str:
    """The probability in figures and words; for a stop the cautious one too, which its rule asks for."""
    words = sureness(review, row["p_worth"])
    if row["flag"] == "STOP" and known(row["p_worth_cautious"]):
        return review.say(
            "verdicts.cautious", p=row["p_worth"], words=words, cautious=row["p_worth_cautious"]
        )
    return f"{review.words.percent(row['p_worth'])}, {words}"


def _quarter(review: Review, now: Row) -> str:
    forms = ((hours_of(now), "hours_sign"), (now["cost"], "money"), (now["contacts"], "contacts"))
    parts = [review.words.form(value, form) for value, form in forms if known(value)]
    return ", ".join(parts) or review.say("unknown")


def _closing(review: Review, activity: str) -> list[Text]:
    """For a channel that closes: what is lost, the archive, and when to look whether it hurt."""
    now = of_activity(review, activity)
    lines: list[Text] = []
    if now is not None and known(now["visits"]) and known(now["interactions"]):
        lost = review.say("verdicts.lost", visits=now["visits"], interactions=now["interactions"])
        lines.append([blocks.strong(review.say("verdicts.lost_head")), " ", lost])
    day = review.quarter.next.last_day
    lines.append([blocks.strong(review.say("verdicts.look_head")), " ", review.say("verdicts.look", day=day)])
    return lines


def _rules(review: Review, frame: pd.DataFrame) -> list[Block]:
    """The rule of every verdict on the page, with its thresholds."""
    used = [flag for flag in ORDER if (frame["flag"] == flag).any()]
    values = _thresholds(review)
    rows: list[list[Cell]] = [
        [blocks.badge(review.names.flag(flag), flag), review.say(f"rules.{flag}", **values)] for flag in used
    ]
    heads = columns(review, verdict="28mm", rule="1fr")
    return [blocks.table(heads, rows, title=review.say("verdicts.rules"), small=True)]


def _thresholds(review: Review) -> dict[str, Any]:
    return {name: rule["value"] for name, rule in review.thresholds.items()}
