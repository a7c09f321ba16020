"""Meta Business Suite "Content": Facebook posts and Instagram posts, one file of each per quarter.

Format notes 2.1 and 2.2: UTF-8 with BOM, comma, header in line 1, hours in US Pacific time, figures to the
export day. Confirmed Italian names: `Orario di pubblicazione`, `Titolo`, `Descrizione`, `Tipo di post`,
`Visualizzazioni`, `Copertura`, `Reazioni, commenti e condivisioni`, `Reazioni`, `Commenti`, `Condivisioni`,
`Durata (s)`, `Nome utente dell'account`, `Mi piace`, `Salvataggi`. Of the ids, the permalink, the clicks and
the other Italian columns only our memory says the names; the value `Lifetime` and the post types are left in
English, as no Italian words were seen.
"""

from datetime import date

from sharedsocial_utils.example.chance import digits, letters, stream
from sharedsocial_utils.example.content import Item
from sharedsocial_utils.example.days import ENGLISH_MONTHS, QUARTERS, pacific
from sharedsocial_utils.example.exports.shape import Cell, table
from sharedsocial_utils.example.world import World
from sharedsocial_utils.workspace import Quarter

_FACEBOOK = {
    "it": (
        "ID del post", "ID della Pagina", "Nome della Pagina", "Titolo", "Descrizione", "Durata (s)",
        "Orario di pubblicazione", "Link permanente", "Tipo di post", "Lingue", "Commento sui dati", "Data",
        "Visualizzazioni", "Copertura", "Reazioni, commenti e condivisioni", "Reazioni", "Commenti",
        "Condivisioni", "Clic totali", "Clic sul link",
    ),
    "en": (
        "Post ID", "Page ID", "Page name", "Title", "Description", "Duration (sec)", "Publish time",
        "Permalink", "Post type", "Languages", "Data comment", "Date", "Views", "Reach",
        "Reactions, Comments and Shares", "Reactions", "Comments", "Shares", "Total clicks", "Link Clicks",
    ),
}  # fmt: skip
_INSTAGRAM = {
    "it": (
        "ID del post", "ID dell'account", "Nome utente dell'account", "Nome dell'account", "Descrizione",
        "Durata (s)", "Orario di pubblicazione", "Link permanente", "Tipo di post", "Commento sui dati",
        "Data", "Visualizzazioni", "Copertura", "Mi piace", "Condivisioni", "Follower", "Commenti",
        "Salvataggi",
    ),
    "en": (
        "Post ID", "Account ID", "Account username", "Account name", "Description", "Duration (sec)",
        "Publish time", "Permalink", "Post type", "Data comment", "Date", "Views", "Reach", "Likes", "Shares",
        "Follows", "Comments", "Saves",
    ),
}  # fmt: skip
COLLABORATION_QUARTER = Quarter(2026, 2)


def files(world: World) -> dict[str, bytes]:
    """A file per quarter and network, where anything was published."""
    found = {}
    for network in ("facebook", "instagram"):
        for quarter in QUARTERS:
            published = world.items_in(quarter, network)
            if published and world.cast.is_exported(network, quarter):
                name = f"meta/{network}/{_file_name(world, network, quarter)}"
                found[name] = _content(world, network, quarter, published).encode("utf-8-sig")
    return found


def _file_name(world: World, network: str, quarter: Quarter) -> str:
    number = digits(stream(world.seed, world.cast.number, "meta file", network, str(quarter)), 16)
    return f"{_in_name(quarter.first_day)}_{_in_name(quarter.last_day)}_{number}.csv"


def _in_name(day: date) -> str:
    return f"{ENGLISH_MONTHS[day.month - 1]}-{day:%d-%Y}"


def _content(world: World, network: str, quarter: Quarter, published: list[Item]) -> str:
    language = world.cast.export_language
    account = account_id(world, network)
    if network == "facebook":
        rows = [_facebook_row(world, account, item) for item in published]
        return table([_FACEBOOK[language], *rows])
    rows = [_instagram_row(world.cast.name, instagram_user(world), account, item) for item in published]
    if quarter == COLLABORATION_QUARTER and "collaboration" in world.cast.blemishes:
        theirs = published[len(published) // 2]
        rows.append(_instagram_row("Colline Toscane", "colline.toscane", "17841400000000001", _twin(theirs)))
    return table([_INSTAGRAM[language], *rows])


def account_id(world: World, network: str) -> str:
    """The id of the client's page or account."""
    return digits(stream(world.seed, world.cast.number, "meta account", network), 15)


def instagram_user(world: World) -> str:
    """The account's user name."""
    return world.cast.id.replace("-", ".")


def _twin(item: Item) -> Item:
    """A post that another account shared with us: it stands in our export and is not ours."""
    return item._replace(id=item.id[::-1].lstrip("0"), text="Insieme nelle colline")


def _facebook_row(world: World, page: str, item: Item) -> list[Cell]:
    kind = ("Photos", "Photos", "Links", "Videos")[int(item.id[-1]) % 4]
    figures = item.figures
    together = figures["reactions"] + figures["comments"] + figures["shares"]
    link = f"https://www.facebook.com/{page}/posts/{item.id}"
    return [
        item.id, page, world.cast.name, "", f"{item.text}\n{world.cast.site}",
        int(item.id[-2:]) if kind == "Videos" else 0, f"{pacific(item.done_at):%m/%d/%Y %H:%M}", link, kind,
        "", "", "Lifetime", figures["views"], figures["reach"], together, figures["reactions"],
        figures["comments"], figures["shares"], figures["link_clicks"] * 2, figures["link_clicks"],
    ]  # fmt: skip


def _instagram_row(name: str, user: str, account: str, item: Item) -> list[Cell]:
    is_reel = item.kind == "video"
    kind = "IG reel" if is_reel else ("IG image", "IG image", "IG carousel")[int(item.id[-1]) % 3]
    figures = item.figures
    code = letters(stream(int(item.id), 0, "permalink"), 11)
    link = f"https://www.instagram.com/{'reel' if is_reel else 'p'}/{code}/"
    return [
        item.id, account, user, name, item.text, 8 + int(item.id[-2:]) % 50 if is_reel else 0,
        f"{pacific(item.done_at):%m/%d/%Y %H:%M}", link, kind, "", "Lifetime", figures["views"],
        figures["reach"], figures["reactions"], figures["shares"], figures["follows"], figures["comments"],
        figures["saves"],
    ]  # fmt: skip
