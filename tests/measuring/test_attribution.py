"""Source, medium and campaign to a channel: typed by hand, not read from the rules."""

from pathlib import Path

import pandas as pd
import pytest
from pioppo import frame

from sharedsocial_utils.client import Client
from sharedsocial_utils.measuring.attribution import attribute, channel_of, rules
from sharedsocial_utils.tables import CHANNELS

BY_HAND = """
facebook.com | referral | facebook
m.facebook.com | referral | facebook
l.facebook.com | referral | facebook
lm.facebook.com | referral | facebook
Facebook | social | facebook
fb | post | facebook
facebook | video | facebook
instagram.com | referral | instagram
l.instagram.com | referral | instagram
ig | bio | instagram
IGShopping | social | instagram
t.co | referral | x
x.com | referral | x
twitter | social | x
twitter.com | referral | x
linkedin.com | referral | linkedin
lnkd.in | referral | linkedin
com.linkedin.android | referral | linkedin
youtube.com | referral | youtube
m.youtube.com | referral | youtube
youtube | video | youtube
pinterest | social | pinterest
pinterest.com | referral | pinterest
it.pinterest.com | referral | pinterest
pinterest.it | referral | pinterest
tiktok | social | tiktok
tiktok.com | referral | tiktok
flickr.com | referral | flickr
slideshare.net | referral | slideshare
www.slideshare.net | referral | slideshare
foursquare.com | referral | foursquare
tripit.com | referral | tripit
mastodon.social | referral | mastodon
bsky.app | referral | bluesky
go.bsky.app | referral | bluesky
tripadvisor.it | referral | referral
booking.com | referral | referral
google | cpc | google-ads
google | paid_search | google-ads
youtube | cpc | google-ads
adwords | ppc | google-ads
facebook | cpc | meta-ads
facebook | paid | meta-ads
facebook | paid_social | meta-ads
Facebook | paidsocial | meta-ads
instagram | paid-social | meta-ads
meta | cpc | meta-ads
ig | cpm | meta-ads
linkedin | cpc | linkedin-ads
linkedin | paid_social | linkedin-ads
bing | cpc | other
tiktok | paid | other
google | organic | search
bing | organic | search
duckduckgo | organic | search
duckduckgo.com | referral | search
it.search.yahoo.com | referral | search
ecosia.org | organic | search
(direct) | (none) | direct
newsletter | email | newsletter
mailchimp | email | newsletter
facebook-group@example | email | newsletter
newsletter-2026 | web | newsletter
chatgpt.com | referral | ai-assistant
chatgpt.com | (not set) | ai-assistant
perplexity.ai | referral | ai-assistant
perplexity | referral | ai-assistant
gemini.google.com | referral | ai-assistant
copilot.microsoft.com | referral | ai-assistant
gbp | organic | google-business
maps.google.com | referral | google-business
colline.example | referral | referral
google.com | referral | referral
xing.com | referral | referral
feedly.com | referral | blog
(not set) | (not set) | other
volantino | qr | other
unknown-network | social | other
Facebook | Organic Social | facebook
LinkedIn | Paid Social | linkedin-ads
Facebook | Social a pagamento | meta-ads
Instagram | Social organico | instagram
Google | Organic Search | search
Unknown keywords (SSL) | Ricerca organica | search
Unknown keywords (SSL) | ORGANIC_SEARCH | search
estate-2026 | Paid Search | google-ads
estate-2026 | Ricerca a pagamento | google-ads
colline.example | Referrals | referral
colline.example | Referral | referral
www.laquercia.example/ | Direct Traffic | direct
www.laquercia.example/ | Traffico diretto | direct
Primavera | Email Marketing | newsletter
fiera-verona | Other Campaigns | other
fiera-verona | Altre campagne | other
chatgpt.com | AI Referrals | ai-assistant
assistant | Referral IA | ai-assistant
CRM_UI | Offline Sources | other
IMPORT | Fonti offline | other
"""
PAIRS = [tuple(cell.strip() for cell in line.split("|")) for line in BY_HAND.strip().splitlines()]


@pytest.mark.parametrize(("source", "medium", "channel"), PAIRS)
def test_channel(source: str, medium: str, channel: str) -> None:
    assert channel_of(source, medium) == channel
    assert channel_of(source.upper(), medium.upper()) == channel
    assert channel_of(f" {source} ", f" {medium} ") == channel


def test_the_profile_link_is_told_from_search_by_its_campaign() -> None:
    assert channel_of("google", "organic", "GMB-scheda") == "google-business"
    assert channel_of("google", "organic", " GMB-scheda ") == "google-business"
    assert channel_of("google", "organic", "estate") == "search"


def test_every_rule_gives_its_reason_or_speaks_for_itself() -> None:
    assert len(PAIRS) >= 80
    assert rules()[-1].channel == "other", "the last rule takes what is left"
    assert {rule.channel for rule in rules()} <= set(CHANNELS)
    plain = {rule.channel for rule in rules() if not rule.note}
    assert plain <= {"tiktok", "flickr", "slideshare", "tripit", "search"}, "only plain names go without one"


def test_a_rule_for_a_channel_that_the_codebook_lacks_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = "source,medium,campaign,channel,note\nicq.com,,,icq,\n,,,other,\n"
    (tmp_path / "channels.csv").write_text(lines, "utf-8")
    monkeypatch.setattr("sharedsocial_utils.measuring.attribution.files", lambda package: tmp_path)
    with pytest.raises(ValueError, match="icq"):
        rules.__wrapped__()


def visits(*rows: tuple[object, ...]) -> pd.DataFrame:
    return frame("visits", "date source medium campaign landing source_file", *rows)


def test_the_clients_campaign_goes_before_the_table(client: Client) -> None:
    rows = visits(
        ("2026-07-01", "facebook", "social", "BLOG-estate", "/", "ga4.csv"),
        ("2026-07-01", "facebook", "social", "fb-post-7", "/", "ga4.csv"),
        ("2026-07-01", "facebook", "social", "altro", "/", "ga4.csv"),
    )
    found = attribute(rows, client, {})
    assert found["channel"].tolist() == ["blog", "facebook", "facebook"]
    assert found["activity"].fillna("-").tolist() == ["blog-posts", "facebook-posts", "-"]


def test_landing_pages_take_only_visits_that_nobody_else_brought(client: Client) -> None:
    rows = visits(
        ("2026-07-01", "google", "organic", None, "/blog/olio", "ga4.csv"),
        ("2026-07-01", "facebook.com", "referral", None, "/blog/olio", "ga4.csv"),
        ("2026-07-01", "google", "organic", None, "/camere", "ga4.csv"),
        ("2026-07-01", "(direct)", "(none)", None, "/blog/olio", "ga4.csv"),
    )
    assert attribute(rows, client, {})["channel"].tolist() == ["blog", "facebook", "search", "blog"]


def test_hubspot_names_the_campaign_in_its_first_drill_down(client: Client) -> None:
    rows = frame(
        "contacts",
        "contact_id date stage source medium campaign source_file",
        ("a", "2026-07-01", "contact", "blog-vendemmia", "Altre campagne", "blog / cta", "crm.csv"),
        ("c", "2026-07-01", "contact", "blog-olio", " Email Marketing ", "cta", "crm.csv"),
        ("b", "2026-07-01", "contact", "blog-di-viaggi.example", "Referral", "/", "crm.csv"),
    )
    found = attribute(rows, client, {})
    assert found["channel"].tolist() == ["blog", "blog", "referral"]
    assert found["activity"].fillna("-").tolist() == ["blog-posts", "blog-posts", "-"]


def test_an_export_of_one_channel_says_so_where_its_rows_do_not(client: Client) -> None:
    rows = frame(
        "contacts",
        "contact_id date stage source medium campaign channel source_file",
        ("a", "2026-07-01", "contact", None, None, "moduli", None, "leads.csv"),
        ("b", "2026-07-01", "contact", None, None, None, "linkedin", "other.csv"),
        ("c", "2026-07-01", "contact", None, None, None, None, "other.csv"),
        ("d", "2026-07-01", "contact", "google", "cpc", None, None, "leads.csv"),
        ("e", "2026-07-01", "contact", "t.co", None, None, None, "leads.csv"),
        ("f", "2026-07-01", "contact", None, "email", None, None, "leads.csv"),
    )
    found = attribute(rows, client, {"leads.csv": "meta-ads"})["channel"]
    assert found.tolist() == ["meta-ads", "linkedin", "other", "google-ads", "x", "newsletter"]


def test_a_filled_channel_is_never_read_again_where_the_row_names_its_source(client: Client) -> None:
    rows = visits(("2026-07-01", "t.co", "referral", None, "/", "ga4.csv")).assign(channel="facebook")
    assert attribute(rows, client, {})["channel"].tolist() == ["x"]


def test_a_row_that_names_its_channel_and_a_campaign_that_nobody_claims_stays_with_its_channel(
    client: Client,
) -> None:
    rows = frame(
        "contacts",
        "contact_id date stage campaign channel source_file",
        ("a", "2026-07-01", "contact", "olio-nuovo", "linkedin", "list.csv"),
        ("b", "2026-07-01", "contact", "blog-estate", "linkedin", "list.csv"),
        ("c", "2026-07-01", "contact", "olio-nuovo", None, "list.csv"),
    )
    first = attribute(rows, client, {})["channel"]
    assert first.tolist() == ["linkedin", "blog", "other"]
    assert attribute(rows.assign(channel=first), client, {})["channel"].equals(first)
