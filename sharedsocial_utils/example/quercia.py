"""Agriturismo La Quercia, the first client of the demo: fixed by hand, never drawn."""

from datetime import date

from sharedsocial_utils.example.activities import activity
from sharedsocial_utils.example.spec import Activity, Background, Cast, OtherWork, Urgency, Worker
from sharedsocial_utils.workspace import Quarter

_PEOPLE = (
    Worker(
        "front-desk", "company", "Marta Ghiandaia", "marta@laquercia.example", 4.0,
        {"blog": 2, "facebook": 3, "instagram": 2},
    ),
    Worker(
        "owner", "company", "Ottavio Ginestra", "ottavio@laquercia.example", 3.0,
        {"blog": 3, "youtube": 1, "linkedin": 2},
    ),
    Worker(
        "kitchen", "company", "Sandra Rosmarini", "sandra@laquercia.example", 1.5,
        {"blog": 1, "instagram": 2},
    ),
    Worker(
        "writer", "agency", "Elena Tramontana", "elena@studiogirasole.example", 0.0,
        {"blog": 3, "facebook": 3, "linkedin": 3, "x": 2},
    ),
    Worker(
        "video-ads", "agency", "Dario Lanterna", "dario@studiogirasole.example", 0.0,
        {"youtube": 3, "instagram": 3, "google-ads": 2, "meta-ads": 3},
    ),
    Worker(
        "analyst", "agency", "Nadia Bussola", "nadia@studiogirasole.example", 0.0,
        {"google-business": 3, "google-ads": 3},
    ),
)  # fmt: skip


def _activities() -> tuple[Activity, ...]:
    return (
        activity(
            "blog-posts", "it", roi=3.3, phi=0.85, importance=5, voice="company",
            campaigns=("blog-carnevale", "blog-primavera", "blog-vendemmia", "blog-olio-nuovo"),
            workers={"owner": 0.75, "kitchen": 0.25, "writer": 1.0},
            special="the steady earner; mostly written by the agency, though in the company's name",
        ),
        activity(
            "blog-replies", "it", roi=2.0, phi=0.9, importance=4, voice="company",
            workers={"front-desk": 1.0}, special="suffers in the urgent weeks of the harvest",
        ),
        activity(
            "facebook-posts", "it", roi=0.7, phi=0.85, importance=3, voice="any",
            workers={"front-desk": 1.0, "writer": 1.0}, levels=((date(2026, 5, 4), 0.5),),
            special="halved in May 2026, as decided in the review of 2026Q1",
        ),
        activity(
            "facebook-replies", "it", roi=2.2, phi=0.9, importance=4, voice="company",
            workers={"front-desk": 1.0},
        ),
        activity(
            "instagram-photos", "it", roi=0.35, phi=4.0, role="assist", importance=4, voice="company",
            workers={"front-desk": 0.5, "kitchen": 0.5, "video-ads": 1.0},
            special="assist: few last-touch contacts, its effect arrives by search and direct visits",
        ),
        activity(
            "instagram-reels", "it", roi=1.6, phi=0.85, importance=3, phase="launch", voice="any",
            since=date(2026, 7, 20), workers={"owner": 0.5, "kitchen": 0.5, "video-ads": 1.0},
            special="launched ten weeks before the end, three weeks later than decided",
        ),
        activity(
            "youtube-videos", "it", roi=1.6, phi=0.85, importance=4, voice="any",
            campaigns=("yt-ricette", "yt-sentieri", "yt-vendemmia", "yt-frantoio"),
            workers={"owner": 1.0, "video-ads": 1.0},
        ),
        activity(
            "linkedin-posts", "it", roi=1.3, phi=0.8, importance=2, voice="company",
            since=date(2025, 10, 6), campaigns=("li-eventi",) * 4,
            workers={"owner": 1.0, "writer": 1.0}, special="begun in October 2025, for company events",
        ),
        activity(
            "x-posts", "it", roi=0.05, phi=0.8, importance=1, voice="agency",
            levels=((date(2026, 7, 27), 0.65),),
            workers={"writer": 1.0}, special="dead: two years of agency hours, nearly nothing back",
        ),
        activity(
            "google-ads", "it", roi=2.1, phi=0.7, importance=3, voice="agency", spend=126.0,
            campaigns=("ads-neve", "ads-pasqua", "ads-agriturismo", "ads-ponti"),
            workers={"video-ads": 0.4, "analyst": 0.6},
        ),
        activity(
            "meta-ads", "it", roi=1.1, phi=0.8, importance=2, voice="agency", spend=70.0,
            workers={"video-ads": 1.0}, special="about worth its cost",
        ),
        activity(
            "monitoring", "it", roi=0.0, phi=1.0, role="support", importance=3, voice="agency",
            workers={"analyst": 1.0}, special="support: the figures and reviews behind this report",
        ),
    )  # fmt: skip


_DECISIONS = (
    ("2026Q1", "facebook-posts", "REDUCE", "REDUCE", "analyst", "owner", "2026-05-04",
     "dimezzare le ore da maggio"),
    ("2026Q1", "linkedin-posts", "GROW", "GROW", "analyst", "owner", "2026-04-30",
     "un post in più alla settimana"),
    ("2026Q1", "x-posts", "STOP", "KEEP", "analyst", "owner", "2026-06-30",
     "un trimestre ancora, poi si decide"),
    ("2026Q2", "blog-posts", "GROW", "KEEP", "analyst", "owner", "2026-09-30",
     "nessuna ora in più prima della vendemmia"),
    ("2026Q2", "instagram-reels", "START", "START", "analyst", "owner", "2026-06-29",
     "prova di 13 settimane; si chiude sotto i 4 contatti"),
    ("2026Q2", "x-posts", "STOP", "REDUCE", "analyst", "owner", "2026-07-31",
     "un'ora alla settimana al massimo"),
    ("2026Q2", "facebook-posts", "KEEP", "KEEP", "analyst", "front-desk", "2026-09-30",
     "restare al livello dimezzato"),
)  # fmt: skip


def la_quercia() -> Cast:
    """The specification of the client `la-quercia`."""
    return Cast(
        number=0, id="la-quercia", name="Agriturismo La Quercia", company="La Quercia",
        agency="Studio Girasole", language="it", export_language="it", currency="EUR",
        timezone="Europe/Rome", site="https://laquercia.example", hourly_cost=24.0, hourly_rate=55.0,
        margin=0.40, contact_value_guess=110.0, opportunity_share=0.42, won_share=0.42, deal_median=1500.0,
        deal_sigma=0.75, season=(0.8, 0.8, 0.95, 1.1, 1.15, 1.1, 1.05, 1.0, 1.15, 1.1, 0.85, 0.95),
        industry="farm", people=_PEOPLE, activities=_activities(),
        background=(
            Background("search", "google", "organic", "(organic)", 150, 0.014),
            Background("search", "bing", "organic", "(organic)", 9, 0.014),
            Background("direct", "(direct)", "(none)", "(direct)", 85, 0.01),
            Background("pinterest", "pinterest.com", "referral", "(referral)", 24, 0.022, 1.8),
            Background("referral", "colline-toscane.example", "referral", "(referral)", 14, 0.018),
            Background("ai-assistant", "chatgpt.com", "referral", "(referral)", 2, 0.02, 4.0),
        ),
        other_work=(
            OtherWork("front-desk", "Accoglienza", "Ospiti", 8.0),
            OtherWork("kitchen", "Cucina", "Eventi", 4.0),
            OtherWork("analyst", "Riunioni", "Coordinamento", 0.75),
        ),
        urgencies=(
            Urgency(date(2025, 9, 8), date(2025, 9, 28), "Vendemmia", "Raccolta", 11.0, 0.4),
            Urgency(date(2026, 9, 1), date(2026, 9, 30), "Vendemmia", "Raccolta", 14.0, 0.25),
        ),
        time_sheets={"company": "plain-it", "agency": "toggl"},
        missing=frozenset({("instagram", Quarter(2025, 1))}),
        tracking_gap=(date(2025, 11, 10), date(2025, 11, 18)),
        targets=(
            ("blog", "visits", 1800), ("blog", "contacts", 80), ("facebook", "contacts", 20),
            ("instagram", "interactions", 1500), ("youtube", "views", 3500), ("google-ads", "contacts", 40),
            ("linkedin", "visits", 150),
        ),
        decisions=_DECISIONS,
        blemishes=frozenset({"overlap", "running", "bad-date", "stranger", "unknown-file", "collaboration"}),
    )  # fmt: skip
