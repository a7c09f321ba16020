"""The words of people and services for ours: headings of columns, and stages,
kinds and channels in cells."""

from collections.abc import Mapping, Sequence

from sharedsocial_utils.tables import ACTIVITY_KINDS, CHANNELS, STAGES

WORDS: dict[str, Mapping[str, str]] = {
    "channel": {name: name for name in CHANNELS},
    "stage": {
        **{name: name for name in STAGES},
        "contatto": "contact", "lead": "contact", "richiesta": "contact",
        "opportunità": "opportunity", "preventivo": "opportunity", "offerta": "opportunity",
        "vinto": "won", "vinta": "won", "chiuso vinto": "won", "closed won": "won",
        "perso": "lost", "persa": "lost", "chiuso perso": "lost", "closed lost": "lost",
    },
    "kind": {
        **{name: name for name in (*ACTIVITY_KINDS, "comment")},
        "articolo": "post", "risposta": "reply", "foto": "photo", "image": "photo", "immagine": "photo",
        "reel": "video", "presentazione": "deck", "presentation": "deck", "commento": "comment",
    },
}  # fmt: skip
"""What people write for our words, where a section translates nothing."""

_DAY = ("date", "day", "data", "giorno")
_CAMPAIGN = ("campaign", "campaign name", "utm campaign", "campagna", "nome campagna")
_TITLE = ("title", "titolo", "subject", "oggetto", "name", "nome", "headline", "argomento", "contenuto")
_PERSON = ("person", "who", "user", "member", "employee", "team member", "persona", "chi", "utente",
           "collaboratore", "assegnatario", "assignee", "owner", "responsabile", "author",
           "autore")  # fmt: skip
_TAGS = ("tags", "tag", "labels", "label", "etichette", "etichetta")
_CHANNEL = ("channel", "network", "platform", "social network", "canale", "piattaforma", "social")
_FIGURES: dict[str, Sequence[str]] = {
    "impressions": ("impressions", "impression", "impr.", "impressioni"),
    "views": ("views", "video views", "plays", "visualizzazioni", "viste", "riproduzioni"),
    "reach": ("reach", "people reached", "copertura", "persone raggiunte"),
    "reactions": ("likes", "reactions", "mi piace", "reazioni", "like"),
    "comments": ("comments", "replies", "commenti", "risposte"),
    "shares": ("shares", "reposts", "retweets", "condivisioni"),
    "saves": ("saves", "bookmarks", "pin saves", "salvataggi", "salvati"),
    "link_clicks": ("link clicks", "outbound clicks", "url clicks", "clic sul link", "click sul link"),
    "clicks": ("clicks", "total clicks", "clic", "click", "clic totali"),
    "engagements": ("engagements", "engagement", "interactions", "interazioni"),
    "follows": ("new followers", "follows", "new follows", "nuovi follower", "iscritti guadagnati"),
    "unfollows": ("unfollows", "unsubscribes", "unsubscribed", "disiscritti", "disiscrizioni"),
    "followers": ("followers", "follower", "total followers", "fans", "subscribers", "iscritti",
        "chi ci segue"),
    "profile_visits": ("profile visits", "profile views", "visite al profilo"),
    "watch_time_hours": ("watch time (hours)", "tempo di visualizzazione (ore)"),
    "click_rate": ("ctr", "click rate", "click-through rate", "percentuale di clic"),
    "engagement_rate": ("engagement rate", "tasso di interazione", "tasso di coinvolgimento"),
}  # fmt: skip
NAMES: dict[str, dict[str, Sequence[str]]] = {
    "effort": {
        "date": (*_DAY, "work date", "start date", "data inizio"),
        "hours": ("hours", "time", "decimal hours", "duration", "logged", "ore", "durata", "tempo",
            "n. ore"),
        "person": _PERSON,
        "project": ("project", "progetto", "commessa", "client project"),
        "task": ("task", "activity", "attività", "compito", "lavorazione"),
        "tags": _TAGS,
    },
    "visits": {
        "date": _DAY,
        "source": ("source", "utm source", "referrer", "sorgente", "provenienza", "origine", "fonte"),
        "medium": ("medium", "utm_medium", "mezzo"),
        "campaign": _CAMPAIGN,
        "landing": ("landing page", "page", "entry page", "pagina di destinazione", "pagina"),
        "sessions": ("sessions", "visits", "sessioni", "visite", "accessi"),
        "users": ("users", "visitors", "unique visitors", "utenti", "visitatori"),
        "views": _FIGURES["views"],
        "key_events": ("key events", "conversions", "goals", "eventi chiave", "conversioni"),
    },
    "contacts": {
        "date": (*_DAY, "created time", "created", "created at", "create date", "submitted at",
            "timestamp",
                 "data invio", "data richiesta", "informazioni cronologiche", "data di creazione"),
        "contact_id": ("email", "e-mail", "mail", "email address", "indirizzo email", "id", "lead id",
            "phone",
                       "telefono"),
        "stage": ("stage", "status", "deal stage", "fase", "stato", "esito"),
        "source": ("source", "lead source", "utm source", "platform", "provenienza", "origine", "fonte",
            "canale",
                   "come ci ha conosciuto", "come ci hai conosciuto", "how did you hear about us"),
        "medium": ("medium", "utm_medium", "mezzo"),
        "campaign": _CAMPAIGN,
        "value": ("value", "amount", "deal value", "valore", "importo"),
    },
    "spend": {
        "date": (*_DAY, "start date", "from", "time period", "data inizio", "dal", "inizio"),
        "end_date": ("end date", "to", "data fine", "al", "fine"),
        "amount": ("spend", "cost", "amount spent", "amount", "spesa", "speso", "costo", "importo",
            "importo speso"),
        "campaign": _CAMPAIGN,
        "channel": _CHANNEL,
    },
    "plan_items": {
        "title": (*_TITLE, "task name", "what", "cosa", "post"),
        "due_date": ("due date", "due", "deadline", "publish date", *_DAY, "scadenza",
            "data di pubblicazione",
                     "data pubblicazione", "pubblicazione", "quando", "uscita"),
        "done_date": ("done date", "completed at", "completion date", "completato il", "fatto il"),
        "person": _PERSON,
        "status": ("status", "state", "list", "stato", "fase", "avanzamento"),
        "tags": (*_TAGS, "channel", "canale", "rubrica"),
        "item_id": ("id", "task id", "card id"),
    },
    "items": {
        "done_at": ("published", "published at", "publish date", "publish time", "post date", "posted",
            "posted at",
                    "sent", "sent at", "send date", "date sent", "date posted", "created at", "scheduled",
                    "data di pubblicazione", "data pubblicazione", "data di invio", "data invio", *_DAY),
        "item_id": ("post id", "id", "post uri", "uri", "campaign id", "pin id", "id del post"),
        "title": (*_TITLE, "post", "text", "post text", "caption", "message", "content", "campaign name",
            "testo",
                  "didascalia", "messaggio"),
        "url": ("url", "link", "permalink", "post link", "post url", "indirizzo", "collegamento"),
        "kind": ("type", "post type", "content type", "tipo", "tipo di contenuto", "formato"),
        "author": ("author", "posted by", "created by", "autore", "pubblicato da"),
        "channel": _CHANNEL,
        **_FIGURES,
    },
    "metrics": {
        "date": (*_DAY, "timestamp"),
        "channel": _CHANNEL,
        **_FIGURES,
        "page_views": ("pageviews", "page views", "visualizzazioni di pagina"),
    },
}  # fmt: skip
"""Our columns of each table, and the names that services and people give them."""

HOSTS = {
    "pinterest": "pinterest", "bsky": "bluesky", "bluesky": "bluesky", "facebook": "facebook",
    "instagram": "instagram", "youtube": "youtube", "linkedin": "linkedin", "tiktok": "tiktok",
    "twitter": "x", "x.com": "x", "x ads": "x", "mastodon": "mastodon", "flickr": "flickr",
        "slideshare": "slideshare",
    "foursquare": "foursquare", "brevo": "newsletter", "newsletter": "newsletter",
        "mailing": "newsletter",
    "fathom": "site", "umami": "site", "google ads": "google-ads", "meta ads": "meta-ads",
        "linkedin ads": "linkedin-ads", "blog": "blog",
}  # fmt: skip
"""What file names, headings and addresses say of a channel."""
