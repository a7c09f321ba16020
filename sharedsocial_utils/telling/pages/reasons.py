"""A verdict in words: its reason, its evidence, how sure it is, and what would change it."""

from typing import Any

from sharedsocial_utils.telling.frames import Row, hours_of, known, of_activity
from sharedsocial_utils.telling.review import Review
from sharedsocial_utils.telling.wording import whole

SURE = (
    (0.05, "almost_no"),
    (0.15, "very_likely_no"),
    (0.3, "likely_no"),
    (0.7, "open"),
    (0.85, "likely"),
    (0.95, "very_likely"),
)
"""Up to which probability of being worth its cost which words stand for it."""
UNCOUNTED = "contacts-unknown"


def reason(review: Review, row: Row) -> str:
    """The reason of a verdict (a row of `flags`) as a sentence."""
    unmeasured = row["reason"] == "role-unseen" and not (known(row["p_worth"]) or known(row["roi_median"]))
    form = ".unmeasured" if unmeasured else ".uncosted" if _is_uncosted(review, row) else ""
    return review.say(f"reason.{row['reason']}{form}", **_values(row))


def short(review: Review, row: Row) -> str:
    """The reason in the few words that a table's cell holds."""
    form = ".uncosted" if _is_uncosted(review, row) else ""
    return review.say(f"why.{row['reason']}{form}", **_values(row))


def _is_uncosted(review: Review, row: Row) -> bool:
    """Whether there was work, but of a cost that is not known: bills are missing, or somebody's rate."""
    quarter = of_activity(review, row["activity"])
    return row["reason"] == "no-effort" and quarter is not None and hours_of(quarter) > 0


def evidence(review: Review, row: Row) -> str:
    """The contacts that the verdict rests on beside those that would have paid the effort."""
    if row["flag"] == "START":
        return review.say(
            "evidence.START" if known(row["pilot_contacts"]) else "evidence.START.plain", **_values(row)
        )
    if row["reason"] == UNCOUNTED:
        return review.say("evidence.unknown", **_values(row))
    if not _counted(row):
        return review.say("evidence.none")
    return review.say("evidence", **_values(row))


def sureness(review: Review, p_worth: float) -> str:
    """How probable it is that the activity is worth its cost, in words."""
    name = next((name for limit, name in SURE if p_worth <= limit), "almost_yes")
    return review.say(f"sure.{name}")


def would_change(review: Review, row: Row) -> str:
    """What another verdict would need, as far as contacts and weeks tell it."""
    if row["flag"] == "START":
        return review.say("change.START", **_values(row)) if known(row["pilot_contacts"]) else ""
    if row["flag"] == "WATCH":
        return review.say("change.WATCH")
    if not _counted(row):
        return ""
    needed, contacts = row["break_even_contacts"], row["evidence_contacts"]
    if needed > contacts:  # reckoned on the figures as they are printed
        return review.say("change.below", n=max(1, int(whole(needed) - whole(contacts))))
    return review.say("change.above", needed=max(1, int(whole(needed))))


def caveat(review: Review, row: Row) -> str:
    """What weakens the verdict, as a sentence; nothing where nothing does."""
    return review.say(f"caveat.{row['caveat']}") if known(row["caveat"]) else ""


def _counted(row: Row) -> bool:
    counts = (row["evidence_contacts"], row["break_even_contacts"])
    return row["reason"] != UNCOUNTED and all(map(known, counts))


def _values(row: Row) -> dict[str, Any]:
    return {
        "weeks": row["weeks"],
        "contacts": row["evidence_contacts"],
        "needed": row["break_even_contacts"],
        "p": row["p_worth"],
        "net": row["expected_net"],
        "level": row["level"],
        "pilot_weeks": row["pilot_weeks"],
        "pilot_hours": row["pilot_hours_per_week"],
        "pilot_contacts": row["pilot_contacts"],
    }
