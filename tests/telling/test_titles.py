"""Titles are earned: each case of each page as a whole sentence, in both languages."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tables_for_tests import QUARTER, change, workspace

from sharedsocial_utils.tables import empty, read_table
from sharedsocial_utils.telling import Review, open_review
from sharedsocial_utils.telling.pages import (
    bottom_line,
    effort_against_results,
    next_quarter,
    promises,
    results,
    time,
    unknown,
    verdicts,
    voices,
    who_does_what,
)

Row = dict[str, Any]
BOTH = ("it", "en")


def reviews(folder: Path, activities: int = 10, **tables: list[Row]) -> list[Review]:
    """The same client in Italian and in English, with these tables in the place of the builder's."""
    root = workspace(folder, activities)
    for name, rows in tables.items():
        change(root, name, pd.DataFrame(rows) if rows else empty(name))
    return [open_review("la-quercia", QUARTER, root, language) for language in BOTH]


def said(page: Any, folder: Path, activities: int = 10, **tables: list[Row]) -> tuple[str, ...]:
    """The page's title in both languages, with ordinary spaces."""
    return tuple(page.title(r).replace("\xa0", " ") for r in reviews(folder, activities, **tables))


def flag(activity: str, verdict: str, **more: Any) -> Row:
    return {"client": "la-quercia", "activity": activity, "flag": verdict, "reason": "worth", **more}


def channel(name: str, **more: Any) -> Row:
    days = {"covered_days": 92, "expected_days": 92}
    return {"channel": name, "hours_company": 10.0, "hours_agency": 5.0, "cost": 515.0, **days, **more}


@pytest.mark.parametrize(
    ("flags", "italian", "english"),
    [
        (
            [flag("flickr-photos", "STOP"), flag("start-linkedin", "START"), flag("blog-posts", "KEEP")],
            "Chiudere Flickr, avviare LinkedIn e mantenere il resto",
            "Stop Flickr, start LinkedIn, and keep the rest",
        ),
        (
            [flag("flickr-photos", "STOP"), flag("blog-posts", "WATCH")],
            "Chiudere Flickr e per il resto attendere i dati",
            "Stop Flickr and wait for more evidence on the rest",
        ),
        (
            [flag("blog-posts", "GROW"), flag("x-posts", "KEEP"), flag("newsletter", "WATCH")],
            "Potenziare Blog e lasciare il resto com’è",
            "Grow Blog and leave the rest as it is",
        ),
        (
            [flag(id_, "STOP") for id_ in ("flickr-photos", "x-posts", "newsletter")]
            + [flag("blog-posts", "GROW"), flag("youtube-videos", "REDUCE"), flag("google-ads", "REDUCE")],
            "Chiudere 3 attività, potenziare Blog e ridurre 2 attività",
            "Stop 3 activities, grow Blog, and reduce 2 activities",
        ),
        (
            [flag("facebook-replies", "REDUCE"), flag("facebook-posts", "KEEP")],
            "Ridurre Facebook · risposte e mantenere il resto",
            "Reduce Facebook · replies and keep the rest",
        ),
        (
            [flag("blog-posts", "KEEP"), flag("x-posts", "WATCH")],
            "Mantenere 1 attività come concordato, osservarne 1",
            "Keep 1 activity as agreed, watch 1",
        ),
        (
            [flag("blog-posts", "KEEP"), flag("x-posts", "KEEP")],
            "Mantenere tutte le 2 attività così come sono",
            "Keep all 2 activities as they are",
        ),
        (
            [flag("blog-posts", "KEEP")],
            "Mantenere l’unica attività così com’è",
            "Keep the only activity as it is",
        ),
        (
            [flag("blog-posts", "WATCH")],
            "Nessun giudizio: i dati sull’unica attività non bastano ancora",
            "No verdict yet: there is too little evidence on the only activity",
        ),
        (
            [flag("blog-posts", "WATCH"), flag("x-posts", "WATCH")],
            "Nessun giudizio: i dati sulle 2 attività non bastano ancora",
            "No verdict yet: there is too little evidence on all 2 activities",
        ),
        (
            [],
            "In sintesi: nessun giudizio, nessuna attività è stata ancora misurata",
            "The bottom line: no verdict yet, no activity has been measured",
        ),
    ],
)
def test_bottom_line(tmp_path: Path, flags: list[Row], italian: str, english: str) -> None:
    assert said(bottom_line, tmp_path, flags=flags) == (italian, english)


def decision(activity: str, status: str) -> Row:
    return {"quarter": "2026Q2", "activity": activity, "decision": "KEEP", "status": status}


def piece(id_: str, done: str | None) -> Row:
    return {
        "item_id": id_,
        "due_date": pd.Timestamp("2026-08-01"),
        "done_date": pd.Timestamp(done) if done else pd.NaT,
        "source_file": "a",
        "source_row": id_,
    }


@pytest.mark.parametrize(
    ("statuses", "done", "italian", "english"),
    [
        (["done", "open"], [], "Attuata una decisione su 2", "1 of 2 decisions was carried out"),
        (
            ["done", "done", "dropped", "cannot-tell"],
            [],
            "Attuate 2 decisioni su 4; di una non si può dire",
            "2 of 4 decisions were carried out; 1 cannot be told",
        ),
        (
            ["late", "cannot-tell"],
            [],
            "Attuata una decisione su 2, in ritardo; di una non si può dire",
            "1 of 2 decisions was carried out, late; 1 cannot be told",
        ),
        (
            ["cannot-tell"],
            [],
            "Dell’unica decisione della volta scorsa non si può dire che cosa ne è stato",
            "What became of the one decision of last time cannot be told",
        ),
        (
            ["cannot-tell", "cannot-tell"],
            [],
            "Delle 2 decisioni della volta scorsa non si può dire che cosa ne è stato",
            "What became of the 2 decisions of last time cannot be told",
        ),
        (
            ["done", "late"],
            [],
            "Attuate 2 decisioni su 2, 1 in ritardo",
            "2 of 2 decisions were carried out, 1 of them late",
        ),
        (
            ["open"],
            [],
            "L’unica decisione della volta scorsa non è stata attuata",
            "The one decision of last time was not carried out",
        ),
        (
            ["late"],
            [],
            "L’unica decisione della volta scorsa è stata attuata in ritardo",
            "The one decision of last time was carried out late",
        ),
        (["open", "open"], [], "Nessuna decisione attuata su 2", "No decision carried out, of 2"),
        (
            [],
            ["2026-07-30", "2026-08-09", None],
            "Un contenuto previsto su 3 è stato fatto nei tempi",
            "1 of 3 planned pieces was done in time",
        ),
        (
            [],
            ["2026-07-30", "2026-07-31"],
            "2 contenuti previsti su 2 sono stati fatti nei tempi",
            "2 of 2 planned pieces were done in time",
        ),
        (
            [],
            [],
            "Gli impegni della volta scorsa: nulla è registrato",
            "What we promised last time: nothing is on record",
        ),
    ],
)
def test_promises(
    tmp_path: Path, statuses: list[str], done: list[str | None], italian: str, english: str
) -> None:
    decided = [decision(f"a{place}", status) for place, status in enumerate(statuses)]
    pieces = [piece(f"p{place}", day) for place, day in enumerate(done)]
    assert said(promises, tmp_path, followup=decided, plan_items=pieces) == (italian, english)


@pytest.mark.parametrize(
    ("hours", "italian", "english"),
    [
        (
            {"blog": 60, "facebook": 20, "x": 10, "flickr": 10},
            "Blog e Facebook hanno preso l’80% delle ore",
            "Blog and Facebook took 80% of the hours",
        ),
        (
            {"blog": 70, "facebook": 10, "x": 10, "flickr": 10},
            "Blog ha preso il 70% delle ore",
            "Blog took 70% of the hours",
        ),
        (
            {"blog": 30, "facebook": 30, "x": 20, "flickr": 5, "youtube": 5, "linkedin": 10},
            "3 canali su 6 hanno preso l’80% delle ore",
            "3 of 6 channels took 80% of the hours",
        ),
        (
            {"blog": 10, "facebook": 10, "x": 10},
            "30 ore distribuite su 3 canali",
            "30 hours were spread over 3 channels",
        ),
        ({"blog": 30}, "30 ore su un solo canale", "30 hours on one channel"),
        (
            {"blog": 1},
            "Dove è andato il tempo: dati insufficienti, 1 ora registrata sui canali",
            "Where the time went: not enough data, 1 hour recorded on the channels",
        ),
        (
            {},
            "Dove è andato il tempo: dati insufficienti, 0 ore registrate sui canali",
            "Where the time went: not enough data, 0 hours recorded on the channels",
        ),
    ],
)
def test_time(tmp_path: Path, hours: dict[str, int], italian: str, english: str) -> None:
    rows = [channel(name, hours_company=float(value), hours_agency=0.0) for name, value in hours.items()]
    assert said(time, tmp_path, channel_quarter=rows) == (italian, english)


def voice(name: str, side: str | None, posts: int, replies: int, **more: Any) -> Row:
    return {"channel": name, "side": side, "posts": posts, "replies": replies, **more}


def activity_row(planned: float, company: float, agency: float) -> Row:
    return {
        "activity": "blog-posts",
        "channel": "blog",
        "phase": "running",
        "voice": "any",
        "planned_hours_company": planned,
        "planned_hours_agency": planned,
        "hours_company": company,
        "hours_agency": agency,
    }


@pytest.mark.parametrize(
    ("heard", "row", "italian", "english"),
    [
        (
            [voice("youtube", "public", 0, 9)],
            activity_row(10, 10, 10),
            "Su YouTube nessuno risponde ai commenti",
            "Nobody answers comments on YouTube",
        ),
        (
            [voice(name, "public", 0, 9) for name in ("youtube", "blog", "x", "flickr")],
            activity_row(10, 10, 10),
            "Su 4 canali nessuno risponde ai commenti",
            "Nobody answers comments on 4 channels",
        ),
        (
            [voice("blog", "agency", 0, 9), voice("blog", "public", 0, 9)],
            activity_row(10, 10, 10),
            "Su Blog nessuno di La Quercia risponde ai commenti",
            "Nobody at La Quercia answers comments on Blog",
        ),
        (
            [voice("blog", "public", 0, 4)],
            activity_row(10, 6.2, 10.4),
            "La Quercia ha lavorato il 62% delle ore concordate, Studio Girasole il 104%",
            "La Quercia worked 62% of the agreed hours, Studio Girasole 104%",
        ),
        (
            [],
            activity_row(10, 9.5, 10.4),
            "Le due parti hanno lavorato le ore concordate",
            "Both sides worked the hours that were agreed",
        ),
        (
            [],
            activity_row(0, 9.5, 10.4),
            "Chi fa cosa: non ci sono ore concordate con cui confrontarsi",
            "Who does what: no hours are agreed to compare with",
        ),
    ],
)
def test_who_does_what(tmp_path: Path, heard: list[Row], row: Row, italian: str, english: str) -> None:
    assert said(who_does_what, tmp_path, voice_quarter=heard, activity_quarter=[row]) == (italian, english)


@pytest.mark.parametrize(
    ("heard", "italian", "english"),
    [
        (
            [voice("blog", "company", 3, 1), voice("blog", "agency", 7, 9)],
            "La Quercia ha scritto il 30% dei post e il 10% delle risposte",
            "La Quercia wrote 30% of the posts and 10% of the answers itself",
        ),
        (
            [voice("blog", "company", 3, 1), voice("blog", "agency", 7, 9), voice("x", None, 50, 0)],
            "Dove l’autore è indicato, La Quercia ha scritto il 30% dei post e il 10% delle risposte",
            "Where an author is named, La Quercia wrote 30% of the posts and 10% of the answers",
        ),
        (
            [voice("blog", "company", 3, 1), voice("blog", "agency", 7, 0)],
            "La Quercia ha scritto il 30% dei post",
            "La Quercia wrote 30% of the posts itself",
        ),
        (
            [voice("blog", "company", 1, 1), voice("blog", None, 70, 0)],
            "Di chi è la voce: contenuti troppo pochi per dirlo",
            "Whose voice is heard: too few pieces to say",
        ),
    ],
)
def test_voices(tmp_path: Path, heard: list[Row], italian: str, english: str) -> None:
    found = []
    for review in reviews(tmp_path, voice_quarter=heard):
        (block,) = voices.voices(review)
        found.append(block["title"])
        assert block["alt"].startswith(block["title"])
    assert found == [italian, english]


@pytest.mark.parametrize(
    ("visits", "italian", "english"),
    [
        (
            {"blog": (900, 1840), "flickr": (120, 60), "x": (100, 100)},
            "Le visite da Blog sono salite da 900 a 1.840; quelle da Flickr sono scese da 120 a 60",
            "Visits from Blog rose from 900 to 1,840; from Flickr they fell from 120 to 60",
        ),
        (
            {"blog": (900, 1840), "x": (100, 100)},
            "Le visite da Blog sono salite da 900 a 1.840",
            "Visits from Blog rose from 900 to 1,840",
        ),
        (
            {"blog": (900, 600), "x": (100, 100)},
            "Le visite da Blog sono scese da 900 a 600",
            "Visits from Blog fell from 900 to 600",
        ),
        (
            {"blog": (900, 950), "x": (100, 100)},
            "Le visite sono cambiate meno del 20% su tutti i 2 canali confrontabili",
            "Visits changed by less than 20% on all 2 comparable channels",
        ),
        (
            {"blog": (900, 950)},
            "Le visite dall’unico canale confrontabile sono cambiate meno del 20%",
            "Visits from the comparable channel changed by less than 20%",
        ),
        (
            {"blog": (49, 400)},
            "I risultati: visite insufficienti per confrontare due trimestri",
            "What came back: not enough visits in two quarters to compare",
        ),
    ],
)
def test_results(tmp_path: Path, visits: dict[str, tuple[int, int]], italian: str, english: str) -> None:
    rows = [
        channel(name, previous_visits=float(before), visits=float(now))
        for name, (before, now) in visits.items()
    ]
    assert said(results, tmp_path, channel_quarter=rows) == (italian, english)


def test_results_of_a_channel_with_missing_days_are_not_compared(tmp_path: Path) -> None:
    rows = [channel("blog", previous_visits=900.0, visits=1840.0) | {"covered_days": 40}]
    italian = "I risultati: visite insufficienti per confrontare due trimestri"
    assert said(results, tmp_path, channel_quarter=rows)[0] == italian


def cost(contacts: float | None, hours: float, spend: float | None = None) -> Row:
    total = 50.0 * hours + (spend or 0)
    return {
        "contacts": contacts,
        "hours_company": hours,
        "hours_agency": 0.0,
        "spend": spend,
        "cost": total,
        "cost_per_contact": total / contacts if contacts else None,
        "hours_per_contact": hours / contacts if contacts else None,
    }


@pytest.mark.parametrize(
    ("rows", "italian", "english"),
    [
        (
            [channel("blog", **cost(10, 31)), channel("flickr", **cost(5, 95))],
            "Un contatto ha richiesto 3,1 ore su Blog e 19 su Flickr",
            "A contact took 3.1 hours on Blog and 19 on Flickr",
        ),
        (
            [channel("blog", **cost(10, 31)), channel("google-ads", **cost(5, 2, 900.0))],
            "Un contatto è costato 155 € su Blog e 200 € su Google Ads",
            "A contact cost €155 on Blog and €200 on Google Ads",
        ),
        (
            [channel("blog", **cost(10, 31)), channel("flickr", **cost(0, 31))],
            "31 ore su Flickr senza alcun contatto",
            "31 hours on Flickr came with no contact",
        ),
        (
            [channel("blog", **cost(1, 31)), channel("x", **cost(None, 31))],
            "Impegno e risultati: dati insufficienti, 1 contatto in tutto",
            "Effort against results: not enough data, 1 contact in all",
        ),
        (
            [channel("x", **cost(None, 31))],
            "Impegno e risultati: i contatti non sono noti",
            "Effort against results: contacts are not known",
        ),
    ],
)
def test_effort_against_results(tmp_path: Path, rows: list[Row], italian: str, english: str) -> None:
    assert said(effort_against_results, tmp_path, channel_quarter=rows) == (italian, english)


@pytest.mark.parametrize(
    ("flags", "italian", "english"),
    [
        (
            [flag("flickr-photos", "STOP", evidence_contacts=2.0, break_even_contacts=4.1)],
            "Chiudere Flickr: 2 contatti; l’impegno si ripaga con 4",
            "Stop Flickr: 2 contacts; the effort pays for itself with 4",
        ),
        (
            [flag("flickr-photos", "STOP", evidence_contacts=0.0, break_even_contacts=9.0)],
            "Chiudere Flickr: nessun contatto; l’impegno si ripaga con 9",
            "Stop Flickr: no contact; the effort pays for itself with 9",
        ),
        (
            [flag("blog-posts", "GROW"), flag("x-posts", "KEEP"), flag("newsletter", "KEEP")],
            "3 attività: 1 POTENZIARE e 2 MANTENERE",
            "3 activities: 1 GROW and 2 KEEP",
        ),
        (
            [flag("blog-posts", "KEEP")],
            "Una attività, un giudizio: 1 MANTENERE",
            "One activity, one verdict: 1 KEEP",
        ),
        (
            [],
            "Avviare, chiudere, mantenere: nessun giudizio, nessuna attività è stata misurata",
            "Start, stop, keep: no verdict yet, no activity has been measured",
        ),
    ],
)
def test_verdicts(tmp_path: Path, flags: list[Row], italian: str, english: str) -> None:
    assert said(verdicts, tmp_path, flags=flags) == (italian, english)


def planned(activity: str, person: str | None, hours: float, **more: Any) -> Row:
    side = "agency" if person == "girasole-a" else "company"
    return {
        "activity": activity,
        "side": side,
        "person": person,
        "hours_per_week": hours,
        "reason": "keep",
        **more,
    }


@pytest.mark.parametrize(
    ("flags", "plan", "italian", "english"),
    [
        (
            [flag("blog-posts", "GROW"), flag("x-posts", "REDUCE")],
            [planned("blog-posts", "front-desk", 2.0), planned("x-posts", "girasole-a", 1.0)],
            "2 impegni: 1 di La Quercia e 1 di Studio Girasole",
            "2 commitments: 1 with La Quercia and 1 with Studio Girasole",
        ),
        (
            [flag("blog-posts", "GROW")],
            [planned("blog-posts", "front-desk", 2.0)],
            "Un impegno, di La Quercia",
            "One commitment, with La Quercia",
        ),
        (
            [flag("blog-posts", "GROW"), flag("start-pinterest", "START")],
            [
                planned("blog-posts", "girasole-a", 2.0),
                planned("start-pinterest", None, 2.0, reason="skill-missing"),
            ],
            "2 impegni: 1 di Studio Girasole e 1 da assegnare",
            "2 commitments: 1 with Studio Girasole and 1 to be assigned",
        ),
        (
            [flag("blog-posts", "KEEP")],
            [planned("blog-posts", "front-desk", 2.0)],
            "Il prossimo trimestre continua come concordato, senza nuovi impegni",
            "Next quarter goes on as agreed: no change, no new commitment",
        ),
        (
            [],
            [],
            "Il prossimo trimestre: nessun piano senza giudizi",
            "Next quarter: no plan without verdicts",
        ),
    ],
)
def test_next_quarter(tmp_path: Path, flags: list[Row], plan: list[Row], italian: str, english: str) -> None:
    assert said(next_quarter, tmp_path, flags=flags, plan=plan) == (italian, english)


SOURCE = {"path": "a.csv", "sha256": "a", "rows_read": 9, "rows_kept": 9, "rows_quarantined": 0}
REFUSED = {"path": "b.bin", "code": "IN-FILE-05"}


@pytest.mark.parametrize(
    ("covered", "sources", "quarantine", "italian", "english"),
    [
        (80, [SOURCE], [], "Di Blog mancano 12 giorni su 92", "12 of 92 days of Blog are missing"),
        (91, [SOURCE], [], "Di Blog manca 1 giorno su 92", "1 of 92 days of Blog is missing"),
        (92, [SOURCE], [REFUSED], "Un file non si è potuto usare", "One file could not be used"),
        (
            92,
            [SOURCE],
            [REFUSED, {**REFUSED, "path": "c.bin"}],
            "2 file non si sono potuti usare",
            "2 files could not be used",
        ),
        (
            92,
            [{**SOURCE, "rows_quarantined": 1}],
            [],
            "Ogni giorno è coperto; una riga non si è potuta usare",
            "Every day is covered; one row could not be used",
        ),
        (
            92,
            [{**SOURCE, "rows_quarantined": 1200}],
            [],
            "Ogni giorno è coperto; 1.200 righe non si sono potute usare",
            "Every day is covered; 1,200 rows could not be used",
        ),
        (
            92,
            [SOURCE],
            [],
            "Ogni giorno è coperto e ogni riga è stata usata",
            "Every day is covered and every row was used",
        ),
        (
            92,
            [],
            [],
            "Che cosa non sappiamo: nessun file è stato letto",
            "What we do not know: no file was read",
        ),
    ],
)
def test_unknown(
    tmp_path: Path, covered: int, sources: list[Row], quarantine: list[Row], italian: str, english: str
) -> None:
    rows = [channel("blog") | {"covered_days": covered}]
    found = said(unknown, tmp_path, channel_quarter=rows, sources=sources, quarantine=quarantine)
    assert found == (italian, english)


@pytest.mark.parametrize("first_week", ["2026-05-18", "2026-07-27"])
def test_visits_of_a_quarter_that_the_sites_files_hold_in_part_are_compared_with_none(
    tmp_path: Path, first_week: str
) -> None:
    """The analytics of a new client begin in the middle: the visits before them did not rise from nothing."""
    root = workspace(tmp_path, 3)
    weekly = read_table(root / "data/processed/la-quercia" / QUARTER, "activity_weekly")
    change(
        root, "activity_weekly", weekly.assign(visits=weekly["visits"].where(weekly["week"] >= first_week))
    )
    change(root, "channel_quarter", pd.DataFrame([channel("blog", visits=1840.0, previous_visits=900.0)]))
    review = open_review("la-quercia", QUARTER, root, "en")
    assert results.title(review) == "What came back: not enough visits in two quarters to compare"
