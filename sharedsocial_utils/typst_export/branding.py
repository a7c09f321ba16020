"""Colours and logo of who sends the document: from the metadata, or a `_brand.yml` beside the notebook.

Of the file only these keys are read; the others are named in a warning:

    color:
      palette: {forest: "#0b5c45"}
      primary: forest          # or "#0b5c45"
      accent: "#b8651b"        # or secondary
    logo: logo.svg             # or {path: logo.svg, alt: "..."}

White text stands on the primary colour, and text in it on white: their contrast must be 4.5 or more
(WCAG 2.2, level AA). The accent colours lines and marks: 3 or more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .colours import LEAST_CONTRAST, WHITE, contrast, parsed

FILE = "_brand.yml"
BYTES_AT_MOST = 64_000
LEAST_OF_MARKS = 3.0
KEYS = ("primary", "accent", "logo", "logo_alt", "fonts")
FONTS_AT_MOST = 4
READ = {"color.palette", "color.primary", "color.accent", "color.secondary", "logo", "logo.path", "logo.alt"}


class BrandError(ValueError):
    """What is wrong with a brand, and what to do."""


@dataclass(frozen=True)
class Brand:
    """Colours as `#rrggbb`; the logo, with its alternative text, and the fonts, the faces of one family, are
    paths in the folder of attachments."""

    primary: str | None = None
    accent: str | None = None
    logo: str | None = None
    logo_alt: str = ""
    fonts: tuple[str, ...] = ()


def checked_brand(values: object) -> Brand:
    """Read and check a brand of the metadata. Raises BrandError."""
    if not isinstance(values, Mapping) or set(values) - set(KEYS):
        raise BrandError(f"it must be an object of {', '.join(KEYS)}, not {values!r:.80}.")
    for key, value in values.items():
        if key != "fonts" and value is not None and not isinstance(value, str):
            raise BrandError(f"{key!r} must be a text, not {value!r:.80}.")
    return Brand(
        _colour(values, "primary", LEAST_CONTRAST, "white text on it"),
        _colour(values, "accent", LEAST_OF_MARKS, "it on white paper"),
        values.get("logo") or None,
        values.get("logo_alt") or "",
        _fonts(values.get("fonts") or []),
    )


def _fonts(paths: object) -> tuple[str, ...]:
    if isinstance(paths, list) and len(paths) <= FONTS_AT_MOST and all(isinstance(p, str) for p in paths):
        return tuple(paths)
    raise BrandError(f"'fonts' must be a list of at most {FONTS_AT_MOST} paths, not {paths!r:.80}.")


def _colour(values: Mapping[str, Any], key: str, least: float, what: str) -> str | None:
    text = values.get(key)
    if not text:
        return None
    colour = parsed(text)
    if colour is None:
        raise BrandError(f"{key!r} must be a colour such as #0f6b6b, not {text!r:.40}.")
    measured = contrast(colour, WHITE)
    if measured < least:
        raise BrandError(
            f"{key!r} is {text}: the contrast of {what} is {measured:.2f}:1, "
            f"and {least:g}:1 is needed. Choose a darker colour."
        )
    return colour.hex


def brand_beside(folder: Path) -> tuple[dict[str, str], list[str]]:
    """What a `_brand.yml` says, as the metadata would say it, and warnings. Raises BrandError."""
    file = folder / FILE
    if not file.is_file():
        return {}, []
    data = _loaded(file)
    found = dict(_told(data))
    unread = sorted(_keys(data) - READ)
    return found, [f"{FILE}: {', '.join(unread)} is not read"] if unread else []


def _loaded(file: Path) -> Mapping[str, Any]:
    import yaml  # type: ignore[import-untyped]

    if file.stat().st_size > BYTES_AT_MOST:
        raise BrandError(
            f"{FILE} has more than {BYTES_AT_MOST:,} bytes. Leave the colours and the logo in it."
        )
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise BrandError(f"{FILE} cannot be read: {str(error).splitlines()[0]}.") from None
    if not isinstance(data, Mapping):
        raise BrandError(f"{FILE} must hold keys and values. Correct it.")
    return data


def _told(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    colours, logo = data.get("color"), data.get("logo")
    if isinstance(colours, Mapping):
        palette = colours.get("palette")
        for key, name in (("accent", "secondary"), ("accent", "accent"), ("primary", "primary")):
            value = colours.get(name)
            if isinstance(palette, Mapping) and isinstance(value, str):
                value = palette.get(value, value)
            if value is not None:
                yield key, _plain(value, name)
    if isinstance(logo, Mapping):
        yield from (
            (key, _plain(logo[name], name))
            for key, name in (("logo", "path"), ("logo_alt", "alt"))
            if logo.get(name)
        )
    elif logo:
        yield "logo", _plain(logo, "logo")


def _plain(value: object, name: str) -> str:
    """A value as text; never a list, whose text may be endless where the file's aliases multiply it."""
    if not isinstance(value, str | int | float):
        raise BrandError(f"{FILE}: {name!r} must be a text. Correct it.")
    return str(value)


def _keys(data: Mapping[str, Any]) -> set[str]:
    """`color.primary` and the like."""
    return {
        f"{key}.{below}" if below else str(key)
        for key, value in data.items()
        for below in (value if isinstance(value, Mapping) and value else [""])
    }
