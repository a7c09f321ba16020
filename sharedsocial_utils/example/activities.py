"""The twelve activities that invented clients choose from, with the names their exports give them."""

from dataclasses import replace
from typing import Any

from sharedsocial_utils.example.spec import Activity

SEASONS = {
    "it": ("inverno", "primavera", "estate", "autunno"),
    "en": ("winter", "spring", "summer", "autumn"),
}
_PROJECTS = {
    "it": {
        "blog-posts": ("Blog", ("Scrittura", "Revisione")),
        "blog-replies": ("Blog risposte", ("Commenti",)),
        "facebook-posts": ("Facebook", ("Scrittura", "Grafica")),
        "facebook-replies": ("Facebook risposte", ("Commenti", "Messaggi")),
        "instagram-photos": ("Instagram", ("Foto",)),
        "instagram-reels": ("Instagram reel", ("Riprese", "Montaggio")),
        "youtube-videos": ("YouTube", ("Riprese", "Montaggio")),
        "linkedin-posts": ("LinkedIn", ("Scrittura",)),
        "x-posts": ("X", ("Scrittura",)),
        "google-ads": ("Google Ads", ("Campagne",)),
        "meta-ads": ("Meta Ads", ("Campagne",)),
        "monitoring": ("Monitoraggio", ("Numeri", "Recensioni")),
    },
    "en": {
        "blog-posts": ("Blog", ("Writing", "Editing")),
        "blog-replies": ("Blog replies", ("Comments",)),
        "facebook-posts": ("Facebook", ("Writing", "Artwork")),
        "facebook-replies": ("Facebook replies", ("Comments", "Messages")),
        "instagram-photos": ("Instagram", ("Photos",)),
        "instagram-reels": ("Instagram reels", ("Filming", "Editing")),
        "youtube-videos": ("YouTube", ("Filming", "Editing")),
        "linkedin-posts": ("LinkedIn", ("Writing",)),
        "x-posts": ("X", ("Writing",)),
        "google-ads": ("Google Ads", ("Campaigns",)),
        "meta-ads": ("Meta Ads", ("Campaigns",)),
        "monitoring": ("Monitoring", ("Figures", "Reviews")),
    },
}
_FACEBOOK, _INSTAGRAM = ("facebook", "social"), ("instagram", "social")

_Pair = tuple[str, str]

# id: channel, kind, campaign stem, utm pair, untagged pair, conversion, hours per item, hours of both sides
_FIXED: dict[str, tuple[str, str, str, _Pair, _Pair | None, float, float, float, float]] = {
    "blog-posts": ("blog", "post", "blog", ("blog", "cta"), None, 0.04, 5.5, 2.0, 3.5),
    "blog-replies": ("blog", "reply", "risposte-blog", ("blog", "comment"), None, 0.06, 0, 1.0, 0.0),
    "facebook-posts": (
        "facebook", "post", "fb-post", _FACEBOOK, ("facebook.com", "referral"), 0.035, 1.6, 1.0, 2.0,
    ),
    "facebook-replies": (
        "facebook", "reply", "fb-risposte", _FACEBOOK, ("m.facebook.com", "referral"), 0.06, 0, 1.5, 0.0,
    ),
    "instagram-photos": (
        "instagram", "photo", "ig-foto", _INSTAGRAM, ("l.instagram.com", "referral"), 0.02, 1.9, 2.0, 1.5,
    ),
    "instagram-reels": (
        "instagram", "video", "ig-reel", _INSTAGRAM, ("l.instagram.com", "referral"), 0.03, 2.8, 1.0, 2.0,
    ),
    "youtube-videos": (
        "youtube", "video", "yt", ("youtube", "social"), ("youtube.com", "referral"), 0.04, 6.5, 0.5, 2.5,
    ),
    "linkedin-posts": (
        "linkedin", "post", "li", ("linkedin", "social"), ("linkedin.com", "referral"), 0.05, 1.2, 0.5, 1.0,
    ),
    "x-posts": ("x", "post", "x", ("x", "social"), ("t.co", "referral"), 0.02, 0.6, 0.0, 1.5),
    "google-ads": ("google-ads", "ads", "ads", ("google", "cpc"), None, 0.05, 0, 0.0, 1.0),
    "meta-ads": ("meta-ads", "ads", "meta", ("facebook", "paid_social"), None, 0.04, 0, 0.0, 0.75),
    "monitoring": ("google-business", "monitoring", "gbp", ("google", "gbp"), None, 0.04, 0, 0.0, 1.5),
}  # fmt: skip
NAMES = tuple(_FIXED)


def activity(activity_id: str, language: str, **changes: Any) -> Activity:
    """One of the twelve activities, in a language, with what the client changes."""
    channel, kind, stem, tagged, untagged, conversion, hours_per_item, company, agency = _FIXED[activity_id]
    project, tasks = _PROJECTS[language][activity_id]
    plain = Activity(
        id=activity_id, channel=channel, kind=kind, project=project, tasks=tasks,
        campaigns=tuple(f"{stem}-{season}" for season in SEASONS[language]),
        tagged=tagged, untagged=untagged, conversion=conversion, hours_per_item=hours_per_item,
        company_hours=company, agency_hours=agency, roi=1.0, phi=0.85,
    )  # fmt: skip
    return replace(plain, **changes)


def campaign_pattern(found: Activity) -> str:
    """The pattern that all campaigns of the activity fit: `blog-*`."""
    return found.campaigns[0].rpartition("-")[0] + "-*"
