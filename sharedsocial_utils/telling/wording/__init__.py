"""Every sentence that a client reads, one file per language, and the words around numbers.

`words_of("it", "EUR").say("who.importance", importance=4)` is the whole sentence in that language. A
template holds `{name}` or `{name:form}`; a form is one of `Words._forms` (`money`, `percent`, `day`, ...) or
a unit of the language's `UNITS`: `{x:hours}` => "31,5 ore", "1 ora". A sentence whose verb or noun changes
with a count is a dictionary of CLDR plural categories, chosen by the value `n`. Adding a language is adding
one file, with `SENTENCES`, `UNITS`, and `before_number`, which joins an article to the number after it.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from string import Formatter
from typing import Any, Literal

import pandas as pd
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

Template = str | Mapping[str, str]
Number = int | float | Decimal
Step = Literal["1", "0.1", "0.01"]
WHOLE_UNITS = ("contacts", "visits", "signs")
"""Units that a sentence counts whole, though their shares among activities have decimals."""


def languages() -> list[str]:
    """The languages that have a file here."""
    return sorted(module.name for module in iter_modules(__path__))


@cache
def words_of(language: str, currency: str) -> "Words":
    """The words of one language, with money in one currency."""
    return Words(language, currency)


class Words:
    """The sentences of one language and its forms of numbers, money and days."""

    def __init__(self, language: str, currency: str) -> None:
        module = import_module(f"{__name__}.{language}")
        self.language = language
        self.currency = currency
        self.sentences: Mapping[str, Template] = module.SENTENCES
        self.units: Mapping[str, Mapping[str, str]] = module.UNITS
        self.before_number: Callable[[str, str], str] = module.before_number
        self.locale = Locale(language)
        self._forms: dict[str, Callable[[Any], str]] = {
            "count": self.count,
            "number": self.number,
            "whole": self.whole,
            "money": self.money,
            "round_money": lambda value: self.money_fixed(value, "1"),
            "percent": self.percent,
            "day": self.day,
            "list": self.listed,
            "ratio": self.ratio,
        }

    def say(self, key: str, /, **values: Any) -> str:
        """The sentence of that key with the values in their forms."""
        template = self.sentences[key]
        if not isinstance(template, str):
            template = self.plural(template, values["n"])
        told = ""
        for words, name, form, _ in Formatter().parse(template):
            value = "" if name is None else self.form(values[name], form) if form else str(values[name])
            told += (self.before_number(words, value) if form else words) + value
        return told

    def has(self, key: str) -> bool:
        """Whether there is a sentence of that key."""
        return key in self.sentences

    def plural(self, forms: Mapping[str, str], n: Number) -> str:
        """The form for a count, after CLDR; `none` stands for 0, and what the file leaves out is `other`."""
        if "none" in forms and not rounded(n):
            return forms["none"]
        category = self.locale.plural_form(_shortest(rounded(n)))
        return forms.get(category, forms["other"])

    def form(self, value: Any, name: str) -> str:
        """A value in the form of that name: `form(31.5, "hours")` => "31,5 ore"."""
        if name not in self._forms and name not in self.units:
            raise KeyError(f"no form of values is called {name!r}")
        if not isinstance(value, list | tuple) and pd.isna(value):
            return self.say("unknown")
        if name in self._forms:
            return self._forms[name](value)
        if name in WHOLE_UNITS:
            n = Decimal(1) if 0 < value < 0.5 else whole(value)
            return self.plural(self.units[name], n).replace("# ", f"{self.whole(value)}\u00a0")
        return self.plural(self.units[name], value).replace("# ", f"{self.number(value)}\u00a0")

    def count(self, value: Number) -> str:
        """12930 => "12.930": a whole number."""
        return _signed(format_decimal(rounded(value, "1"), locale=self.locale))

    def number(self, value: Number) -> str:
        """31.46 => "31,5", 31.0 => "31": at most one decimal."""
        return _signed(format_decimal(_shortest(rounded(value)), locale=self.locale))

    def whole(self, value: Number) -> str:
        """192.6 => "193", 0.4 => "meno di 1": a count in a sentence; what is not nothing is not called so."""
        return self.say("less_than_one") if 0 < value < 0.5 else self.count(whole(value))

    def fixed(self, value: Number, step: Step) -> str:
        """31.0 at step "0.1" => "31,0": always that many decimals, for a column of figures."""
        pattern = {"1": "#,##0", "0.1": "#,##0.0", "0.01": "#,##0.00"}[step]
        return _signed(format_decimal(rounded(value, step), format=pattern, locale=self.locale))

    def money(self, value: Number) -> str:
        """1240.4 => "1.240 €", 12.4 => "12,40 €": cents only below 100."""
        step: Step = "0.01" if abs(float(value)) < 100 and rounded(value, "0.01") % 1 else "1"
        return self.money_fixed(value, step)

    def money_fixed(self, value: Number, step: Step) -> str:
        """1240.4 at step "1" => "1.240 €"."""
        pattern = self.locale.currency_formats["standard"].pattern
        if step == "1":
            pattern = pattern.replace(".00", "")
        how: dict[str, Any] = {"locale": self.locale, "currency_digits": False}
        return _signed(format_currency(rounded(value, step), self.currency, pattern, **how))

    def ratio(self, value: Number) -> str:
        """0.146 => "0,15", 1.46 => "1,5", 20 => "20": two figures that count."""
        step: Step = "0.01" if abs(float(value)) < 1 else "0.1" if abs(float(value)) < 10 else "1"
        return _signed(format_decimal(_shortest(rounded(value, step)), locale=self.locale))

    def percent(self, share: Number) -> str:
        """0.713 => "71%", 0.004 => "<1%": what is not nothing is not printed as nothing."""
        if 0 < share < 0.005:
            return f"<{format_percent(Decimal('0.01'), locale=self.locale)}"
        return _signed(format_percent(rounded(share, "0.01"), locale=self.locale))

    def change(self, share: Number) -> str:
        """0.12 => "+12%"."""
        return ("+" if rounded(share, "0.01") > 0 else "") + self.percent(share)

    def day(self, day: date) -> str:
        """2026-09-30 => "30 settembre 2026"."""
        return str(format_date(day, "long", locale=self.locale))

    def short_day(self, day: date) -> str:
        """2026-09-30 => "30 set 2026"."""
        return str(format_date(day, "medium", locale=self.locale))

    def month(self, day: date) -> str:
        """2026-09-30 => "set": for the axis of a figure."""
        return str(format_date(day, "LLL", locale=self.locale))

    def listed(self, parts: Iterable[str]) -> str:
        """["a", "b", "c"] => "a, b e c"."""
        return str(format_list(list(parts), locale=self.locale))


def capital(sentence: str) -> str:
    """The sentence with its first letter in upper case, all others as they are."""
    return sentence[:1].upper() + sentence[1:]


def rounded(value: Number, step: Step = "0.1") -> Decimal:
    """The value as it is printed, half to even. Sums of the same figures in another order differ beyond the
    ninth decimal, which goes first."""
    return Decimal(repr(round(float(value), 9))).quantize(Decimal(step), ROUND_HALF_EVEN) + 0


def whole(value: Number) -> Decimal:
    """The value as a sentence counts it, half up."""
    return Decimal(repr(round(float(value), 9))).quantize(Decimal(1), ROUND_HALF_UP) + 0


def _signed(text: str) -> str:
    """A number with a minus, of the width of a plus; beside a hyphen a line may break."""
    return text.replace("-", "\u2212")


def _shortest(value: Decimal) -> Decimal:
    """31.0 => 31, 0.50 => 0.5: in CLDR, "1" and "1.0" take different plurals."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
