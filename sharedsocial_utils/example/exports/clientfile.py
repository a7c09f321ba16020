"""`client.toml`, commented in the client's language, and `decisions.csv`."""

import json
from collections.abc import Iterable, Mapping

from sharedsocial_utils.example.activities import campaign_pattern
from sharedsocial_utils.example.days import END
from sharedsocial_utils.example.exports.meta_content import account_id, instagram_user
from sharedsocial_utils.example.exports.shape import table
from sharedsocial_utils.example.exports.x import handle
from sharedsocial_utils.example.spec import Activity, Cast, Worker
from sharedsocial_utils.example.world import World

_DECISIONS_HEADER = (
    "quarter", "activity", "flag", "decision", "decided_by_agency", "decided_by_company", "due", "note",
)  # fmt: skip
_COMMENTS = {
    "it": {
        "head": "Cliente inventato: chi lavora, a che cosa, per chi, a quali tariffe.",
        "language": "lingua del rapporto",
        "rate": "quanto costa al cliente un'ora di agenzia",
        "cost": "quanto costa un'ora interna",
        "margin": "margine di contribuzione di un'opportunità vinta",
        "contact": "valore di un contatto, finché non si conoscono abbastanza esiti",
        "identity": "I suoi account: un file che ne porta un altro è rifiutato.",
        "people": "Le persone. names: come le scrivono fogli ore e feed; skills: 0 nessuna .. 3 esperta.",
        "protected": "tempo difeso dalle urgenze",
        "activities": "Le attività. planned: ore concordate alla settimana; match: progetti dei fogli ore,"
        " etichette della bacheca, campagne.",
        "targets": "Gli obiettivi, per trimestre.",
    },
    "en": {
        "head": "An invented client: who works, on what, for whom, at which rates.",
        "language": "language of the report",
        "rate": "what one agency hour costs the client",
        "cost": "what one internal hour costs",
        "margin": "contribution margin of a won opportunity",
        "contact": "value of a contact, used only until enough outcomes are known",
        "identity": "Its accounts: a file that carries another is refused.",
        "people": "The people. names: as time sheets and feeds write them; skills: 0 none .. 3 expert.",
        "protected": "time defended from urgencies",
        "activities": "The activities. planned: hours agreed per week; match: projects of the time sheets,"
        " labels of the board, campaigns.",
        "targets": "The targets, per quarter.",
    },
}


def files(world: World) -> dict[str, bytes]:
    """`client.toml` and, where the client has decided anything yet, `decisions.csv`."""
    found = {"client.toml": _client(world).encode()}
    if world.cast.decisions:
        found["decisions.csv"] = table([_DECISIONS_HEADER, *world.cast.decisions]).encode()
    return found


def _client(world: World) -> str:
    cast = world.cast
    say = _COMMENTS[cast.language]
    parts = [
        _head(cast),
        f"# {say['identity']}",
        _identity(world),
        f"# {say['people']}",
        *(_person(worker, say["protected"]) for worker in cast.people),
        f"# {say['activities']}",
        *(_activity(activity) for activity in cast.activities),
        f"# {say['targets']}",
        *(_target(*target) for target in cast.targets),
    ]
    return "\n".join(parts)


def _head(cast: Cast) -> str:
    say = _COMMENTS[cast.language]
    return f"""# {say["head"]}
name = {_text(cast.name)}
language = {_text(cast.language)}                  # {say["language"]}
currency = {_text(cast.currency)}
timezone = {_text(cast.timezone)}
site = {_text(cast.site)}
feeds = [{_text(cast.site + "/feed/")}, {_text(cast.site + "/comments/feed/")}]

[agency]
name = {_text(cast.agency)}
hourly_rate = {cast.hourly_rate}               # {say["rate"]}

[company]
name = {_text(cast.company)}
hourly_cost = {cast.hourly_cost}               # {say["cost"]}

[value]
margin = {cast.margin:.2f}                    # {say["margin"]}
contact = {cast.contact_value_guess}                  # {say["contact"]}
"""


def _identity(world: World) -> str:
    cast = world.cast
    channels = {
        "facebook": (account_id(world, "facebook"), cast.name),
        "instagram": (instagram_user(world), account_id(world, "instagram")),
        "linkedin": (cast.id,),
        "meta-ads": (cast.company.replace(" ", "-"),),
        "x": (f"@{handle(cast)}",),
        "youtube": (cast.company,),
    }
    worked = {activity.channel for activity in cast.activities}
    sheets = {system.partition("-")[0] for system in cast.time_sheets.values()} - {"plain"}
    accounts = {
        "domains": (cast.host,),
        "ga4": (cast.host, cast.name),
        **{channel: names for channel, names in channels.items() if channel in worked},
        **dict.fromkeys(sorted(sheets), (cast.company,)),
    }
    return "\n".join(["[identity]", *(f"{name} = {_texts(told)}" for name, told in accounts.items()), ""])


def _person(worker: Worker, protected: str) -> str:
    names = (worker.name, worker.name.split()[0], worker.email)
    hours = f"protected_hours_per_week = {worker.protected_hours}   # {protected}\n"
    return f"""[[people]]
id = {_text(worker.id)}
side = {_text(worker.side)}
names = {_texts(names)}
{hours if worker.protected_hours else ""}skills = {_inline(worker.skills)}
"""


def _activity(activity: Activity) -> str:
    level = activity.level(END)
    planned = {"company": activity.company_hours * level, "agency": activity.agency_hours * level}
    return f"""[[activities]]
id = {_text(activity.id)}
channel = {_text(activity.channel)}
kind = {_text(activity.kind)}
role = {_text(activity.role)}
importance = {activity.importance}
phase = {_text(activity.phase)}
since = {activity.since.isoformat()}
voice = {_text(activity.voice)}
planned = {_inline(planned)}
match = {{ projects = {_texts([activity.project])}, tags = {_texts([activity.project])}, campaigns = {
        _texts([campaign_pattern(activity)])
    } }}
"""


def _target(channel: str, metric: str, value: float) -> str:
    return f"""[[targets]]
channel = {_text(channel)}
metric = {_text(metric)}
value = {value:g}
"""


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _texts(texts: Iterable[str]) -> str:
    return f"[{', '.join(_text(text) for text in texts)}]"


def _inline(pairs: Mapping[str, float]) -> str:
    inside = ", ".join(f"{key} = {value:.3g}" for key, value in pairs.items())
    return f"{{ {inside} }}" if inside else "{}"
