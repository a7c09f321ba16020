"""How channels, activities, people and verdicts are called in the report; ids stay in the appendix."""

from collections import Counter
from functools import cached_property

from sharedsocial_utils.client import Activity, Client
from sharedsocial_utils.telling.wording import Words, capital

ONE_KIND = {"newsletter": "newsletter", "google-ads": "ads", "meta-ads": "ads", "linkedin-ads": "ads"}
"""Channels whose name says what is done there: "Google Ads", not "Google Ads · annunci"."""
NO_CHANNEL = ("site", "search", "direct", "referral", "ai-assistant", "other")
"""Not channels on which one publishes: an activity there is called by its kind, "Monitoraggio"."""

DOT = "\u00a0· "
"""Between a channel and what is done there; never the first character of a line."""


class Names:
    """Names of one client in one language."""

    def __init__(self, client: Client, words: Words) -> None:
        self.client = client
        self.words = words

    def channel(self, channel: str) -> str:
        """ "google-business" => "Google Business"."""
        return self.words.say(f"channel.{channel}")

    def activity(self, activity_id: str) -> str:
        """ "blog-posts" => "Blog · articoli"; two that would be called alike carry their ids."""
        name = self._plain_names.get(activity_id) or self._of_unknown(activity_id)
        return f"{name} ({activity_id})" if self._times[name] > 1 else name

    def short(self, activity_id: str) -> str:
        """The channel alone where the client has a single activity on it, for titles."""
        activity = self.client.activity(activity_id)
        if not activity or activity.channel in NO_CHANNEL:
            return self.activity(activity_id)
        alone = sum(a.channel == activity.channel for a in self.client.activities) == 1
        return self.channel(activity.channel) if alone else self.activity(activity_id)

    def doing(self, activity_id: str) -> str:
        """What is done, without the channel: "articoli"."""
        return self.activity(activity_id).partition(DOT)[2] or self.activity(activity_id)

    def channel_of(self, activity_id: str) -> str:
        """The channel of an activity, of one that is only proposed too."""
        activity = self.client.activity(activity_id)
        return activity.channel if activity else self._channel_in(activity_id)

    def person(self, person_id: str) -> str:
        """The first name that time sheets write and that is no address; else the id."""
        known = next((p for p in self.client.people if p.id == person_id), None)
        return next((n for n in known.names if "@" not in n), person_id) if known else person_id

    def reader(self, reader_id: str) -> str:
        """ "toggl" => "Toggl Track"; a reader without a name here keeps its id."""
        key = f"reader.{reader_id}"
        return self.words.say(key) if self.words.has(key) else reader_id

    def flag(self, flag: str) -> str:
        """ "STOP" => "CHIUDERE"."""
        return self.words.say(f"flag.{flag}")

    @cached_property
    def _plain_names(self) -> dict[str, str]:
        return {activity.id: self._plain(activity) for activity in self.client.activities}

    @cached_property
    def _times(self) -> Counter[str]:
        return Counter(self._plain_names.values())

    def _plain(self, activity: Activity) -> str:
        return self._joined(activity.channel, activity.kind)

    def _joined(self, channel: str, kind: str) -> str:
        if ONE_KIND.get(channel) == kind:
            return self.channel(channel)
        if channel in NO_CHANNEL:
            return capital(self.words.say(f"kind.{kind}"))
        special = f"kind.{kind}.{channel}"
        doing = self.words.say(special if self.words.has(special) else f"kind.{kind}")
        return f"{self.channel(channel)}{DOT}{doing}"

    def _of_unknown(self, activity_id: str) -> str:
        """An activity that client.toml does not know: a proposed start, or one of an earlier quarter."""
        channel = self._channel_in(activity_id)
        return self.channel(channel) if activity_id == f"start-{channel}" else activity_id

    def _channel_in(self, activity_id: str) -> str:
        """ "start-pinterest" => "pinterest"; empty if no channel's name is in it."""
        channel = activity_id.removeprefix("start-")
        while channel and not self.words.has(f"channel.{channel}"):
            channel = channel.rpartition("-")[0]
        return channel
