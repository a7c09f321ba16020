"""A new client's folder: a commented client.toml to fill in, and what to download."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import checked_id, write_whole

CLIENT_TOML = """\
# Who works on the social media of {client}, on what, for whom, at which rates.
# `sharedsocial check {client}` reads this file and names the line of whatever is wrong.

name = "{client}"                # as it stands on the report
language = "it"                  # language of the report: "it" or "en"
currency = "EUR"                 # of every amount; a file in another currency is refused
timezone = "Europe/Rome"         # whose days and weeks are counted
site = ""                        # "https://www.example.com": visits to it are what channels bring
feeds = []                       # ["https://www.example.com/feed/"]

[agency]
name = "Agency"
hourly_rate = 0.0                # what one agency hour costs the client

[company]
name = "{client}"
hourly_cost = 0.0                # what one internal hour costs

[value]
margin = 0.4                     # contribution margin of a won opportunity, 0 to 1
contact = 0.0                    # value of a contact, used until enough outcomes are known

# Whose files these are, by system: a file that carries another account is refused, and no audit runs.
{identity}

# One block for each person of either side. `names` are all the ways in which time sheets, feeds and posts
# write them; names of anybody else are dropped.
# [[people]]
# id = "front-desk"
# side = "company"               # company | agency
# names = ["Front Desk", "frontdesk@example.com"]
# protected_hours_per_week = 6   # time defended from urgencies
# skills = {{ blog = 3, facebook = 2 }}   # by channel: 0 none .. 3 expert

# One block for each activity.
# [[activities]]
# id = "blog-posts"
# channel = "blog"               # blog facebook instagram x youtube linkedin pinterest tiktok newsletter ...
# kind = "post"                  # post reply video photo deck checkin newsletter ads monitoring
# role = "direct"                # direct | assist | support: the last two are never stopped for few contacts
# importance = 3                 # 1 .. 5 in the strategy
# phase = "running"              # launch | running | closing
# since = 2025-01-06
# voice = "company"              # whose voice it should be: company | agency | any
# planned = {{ company = 3.0, agency = 2.0 }}   # hours per week agreed
# match = {{ projects = ["Blog"], tags = ["blog"], campaigns = ["blog-*"] }}   # in time sheets and links

# Tables that no reader knows; `sharedsocial map FILE` proposes each of these blocks.
# [[tables]]
# name = "leads"
# files = ["contacts/*.csv"]     # or header = ["Date", "Source"]
# table = "contacts"             # items metrics visits contacts effort spend plan_items
# columns = {{ date = "Date", source = "Source", contact_id = "E-mail" }}
# constants = {{ stage = "contact" }}
# dates = "dmy"                  # dmy | mdy, where no row of the file decides

# What a channel is to reach in a quarter.
# [[targets]]
# channel = "blog"
# metric = "visits"              # visits contacts opportunities interactions items, or a metric's name
# value = 900
"""
EXAMPLE_IDENTITY = """\
# [identity]
# domains = ["example.com"]
# ga4 = ["example.com"]          # the property's name, as the exports write it
# facebook = ["100000000000001"] # the page's id or name
# x = ["@example"]"""
README = """\
# What to download for {client}

Put the files here as they come, in any folders, and never edit them. One time sheet, the site's visits, the
contacts, and one export for each channel are enough to begin; all days may lie here, an audit takes those it
needs. `sharedsocial check {client} --quarter 2026Q3` tells what is still missing.

{downloads}
"""


def open_client(workspace: Path, client: str, downloads: Iterable[str], identity: Sequence[str] = ()) -> Path:
    """Makes `data/raw/<client>` with client.toml and README.md, whole or not at all; returns the folder.

    A folder that holds files and no client.toml gets both; nothing in it is written over. `downloads` are the
    lines that name each export and its menu, `identity` those of the accounts found in the files. Raises
    `Fault`: CL-05 not an id, CL-08 it exists already, WS-02 it cannot be written.
    """
    folder = workspace / "data" / "raw" / checked_id(client)
    if folder.is_symlink() or (
        folder.exists() and (not folder.is_dir() or (folder / "client.toml").exists())
    ):
        raise Fault("CL-08", "the client exists already", client=client, file=str(folder))
    listed = "\n".join(f"- {line}" for line in downloads)
    accounts = "\n".join(["[identity]", *identity]) if identity else EXAMPLE_IDENTITY
    content = {
        "README.md": README.format(client=client, downloads=listed),
        "client.toml": CLIENT_TOML.format(client=client, identity=accounts),
    }
    if folder.exists():
        for name, text in content.items():
            if not (folder / name).exists():
                write_whole(folder / name, text)
    else:
        _build(folder, content)
    return folder


def _build(folder: Path, content: Mapping[str, str]) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder.parent) as temporary:
            built = Path(temporary) / folder.name
            built.mkdir()
            for name, text in content.items():
                (built / name).write_text(text, "utf-8")
            built.rename(folder)
    except OSError as error:
        raise Fault("WS-02", f"cannot write: {error.strerror}", file=str(folder)) from error
