"""Every code that explains a verdict, a plan's line or a checked decision, and what it means.

These meanings are for developers; the sentences that a client reads are in `telling`.
"""

REASONS: dict[str, str] = {
    # WATCH, in the order in which they are asked
    "bad-data": "negative, infinite or absurd figures were among the activity's own",
    "no-effort": "no effort with a known cost is recorded, so there is nothing to judge",
    "no-effort-now": "the activity had effort, but none in the last 13 weeks",
    "contacts-unknown": "no file says how many contacts came in the weeks with effort",
    "quarter-unknown": "of none of the last 13 weeks both its cost and its contacts are known",
    "no-contacts-at-all": "the client has no contact from anywhere: counting itself is in doubt",
    "early-contacts": "about as many contacts came before anybody worked on it as since",
    "value-unknown": "too few contacts with a known outcome to say what one is worth, and no value agreed",
    "few-weeks": "fewer weeks with effort than the minimum",
    "launch": "in its launch: effort leads results",
    "little-evidence": "had it been worth its cost, too few contacts would have been expected by now",
    "wide-interval": "the figures say hardly more than was known before them",
    "shared-contacts": "the verdict differs between the fewest and the most contacts that can be its own",
    # STOP
    "not-worth": "on the controlled list: hardly any chance that it is worth its cost",
    # REDUCE
    "role-veto": "its figures ask for STOP, but last-touch contacts cannot see all that its role does",
    "list-full": "its figures ask for STOP, but one more would break the limit of false stops",
    "second-look": "on the controlled list, but a wrong stop would lose too much: it needs a second quarter",
    "margin-below-cost": "the last part of its effort brings back less than it costs",
    # GROW
    "margin-above-cost": "more effort is expected to bring more than it costs",
    # KEEP
    "role-unseen": "its figures ask for less, but last-touch contacts do not measure what its role does",
    "direction-unclear": "effort follows results rather than the other way round, so no growth is advised",
    "worth": "it is worth its cost, and neither more nor less of it is surely better",
    "unsure": "neither direction is sure enough",
    # START
    "contacts-without-effort": "contacts come from a channel on which nobody works",
    "visits-without-effort": "visits come from a channel on which nobody works",
}
CAVEATS: dict[str, str] = {
    "one-deal": "without the client's largest deal the verdict is another",
    "one-side": "the hours of one side are not recorded, so the cost is understated",
    "tracking-break": "all counts jump in one week: the level before it is taken, either side may be true",
    "drift": "its level changed: only the weeks since are used",
    "direction-unclear": "effort follows demand or results: nobody can tell which moves which",
    "common-contacts": "some of its contacts are common with other activities; the milder verdict stands",
}
PLAN_REASONS: dict[str, str] = {
    "keep": "as agreed",
    "watch": "as agreed, until there is enough evidence",
    "grow": "more than agreed, as far as there are hours",
    "grow-without-hours": "as agreed: it should grow, but nobody has the hours",
    "reduce": "a quarter or half of what was agreed, whichever is worth more",
    "hours-short": "less than what was agreed: hours are short, and other activities weigh more",
    "stop": "stopped",
    "stop-later": "a quarter of what was agreed: no more than a fifth of the activities stop in one quarter",
    "closing": "half of what was agreed: the activity is closing",
    "launch": "as agreed: an activity in its launch is not cut",
    "pilot": "a pilot with a written stop criterion",
    "pilot-without-hours": "a pilot that nobody has the hours for",
    "hours-missing": "a promise that cannot be kept: nobody has these hours",
    "skill-missing": "a promise that cannot be kept: nobody has the skill",
}
EVIDENCE: dict[str, str] = {
    "not-due": "the decision was due after the quarter's end",
    "hours-unknown": "no time sheet covers the weeks before or after",
    "activity-unknown": "client.toml names no such activity",
    "no-hours-left": "hours fell to nearly nothing",
    "no-hours-left-late": "hours fell to nearly nothing, but only after the day it was due",
    "hours-go-on": "hours go on as before",
    "hours-fell": "hours fell as decided",
    "hours-did-not-fall": "hours did not fall as decided",
    "begun-late": "work began more than a week after the day it was due",
    "hours-rose": "hours rose as decided",
    "hours-did-not-rise": "hours did not rise as decided",
    "hours-held": "hours held as decided",
    "hours-not-held": "hours did not hold as decided",
    "begun": "work began",
    "not-begun": "no work is recorded",
    "paused": "the work paused as decided",
    "not-paused": "the work did not pause",
    "criterion-met": "the pilot brought the contacts of its criterion",
    "criterion-missed": "the pilot stayed below its criterion: by what was agreed it ends",
    "observed": "nothing was to be done but to look, and the figures are there",
}
