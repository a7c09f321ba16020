"""Pictures of a notebook, made safe: SVG is read, cleaned and written anew; pixels are decoded and looked at.

An SVG keeps its text as text, every character of it through the gate. Scripts, event handlers, foreign
objects and references to anything outside the file are refused.
"""

import base64
import binascii
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .gate import Gate

BYTES_AT_MOST = 20_000_000
PIXELS_AT_MOST = 60_000_000
DEPTH_AT_MOST = 100

# As matplotlib and Inkscape write it. One with an internal subset stays, and is refused by the parser.
PUBLIC_DOCTYPE = re.compile(r"<!DOCTYPE\s+svg(\s+PUBLIC)?(\s+(\"[^\"\[\]]*\"|'[^'\[\]]*'))*\s*>")
PIXEL_FORMATS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
DATA_URI = re.compile(r"data:(image/[a-z+.-]+)(?:;[a-z]+=[^;,]*)*(?:;base64)?,", re.IGNORECASE)
NOT_XML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
)  # matplotlib writes what it gets
NAMES_UNSEEN = {"metadata", "title", "desc"}
NAMES_REFUSED = {"script", "foreignObject", "iframe", "audio", "video", "animate", "set", "handler"}
EMBEDDED = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=\s]*")
CSS_REFERENCE = re.compile(r"@import|expression\s*\(|url\(\s*['\"]?(?!#)[^)]*", re.IGNORECASE)
CSS_FAMILIES = re.compile(r"(?P<font>\bfont(?:-family)?\s*:\s*)(?P<value>[^;}]*)")
LENGTH = re.compile(r"\s*(\d{1,6}(?:\.\d+)?|\.\d+)\s*(pt|px|mm|cm|in|)\s*")
MM_PER_UNIT = {"pt": 25.4 / 72, "px": 25.4 / 96, "": 25.4 / 96, "mm": 1.0, "cm": 10.0, "in": 25.4}

# Typst knows these two weights only by the names of their own.
WEIGHT_FAMILIES = {"500": "IBM Plex Sans Medm", "600": "IBM Plex Sans SmBld"}
FAMILY = "IBM Plex Sans"


class PictureError(ValueError):
    """A picture that is not shown, and why."""


class Picture(NamedTuple):
    """A file's bytes and its natural size."""

    data: bytes
    width_mm: float
    height_mm: float
    kind: str = "svg"


def clean_svg(text: str, gate: Gate) -> Picture:
    """Parse, check and write anew an SVG. Raises PictureError."""
    if len(text) > BYTES_AT_MOST:
        raise PictureError(f"the SVG has {len(text):,} characters, the limit is {BYTES_AT_MOST:,}")
    root = _parsed(text, gate)
    if _name(root.tag) != "svg":
        raise PictureError(f"it is not an SVG: its root is <{_name(root.tag)}>")
    _clean(root, gate)
    root.attrib.setdefault("font-family", FAMILY)
    width, height = _size_mm(root)
    return Picture(tostring(root, encoding="utf-8"), width, height)


def read_pixels(data: str) -> Picture:
    """Decode a PNG, JPEG, GIF or WebP from base64, and look whether it can be read. Raises PictureError."""
    from PIL import Image

    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise PictureError("the image is not valid base64") from None
    if len(content) > BYTES_AT_MOST:
        raise PictureError(f"the image has {len(content):,} bytes, the limit is {BYTES_AT_MOST:,}")
    try:
        with _unwarned(), Image.open(BytesIO(content), formats=[*PIXEL_FORMATS]) as image:
            kind, (width, height) = PIXEL_FORMATS[image.format or ""], image.size
            if width * height > PIXELS_AT_MOST:
                raise PictureError(
                    f"the image has {width} x {height} pixels, the limit is {PIXELS_AT_MOST:,} in all"
                )
            image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise error if isinstance(error, PictureError) else PictureError(_damaged(error)) from None
    return Picture(content, width * 25.4 / 144, height * 25.4 / 144, kind)


@contextmanager
def _unwarned() -> Iterator[None]:
    """Without the warning of Pillow's own limit, which is higher than the one here."""
    from PIL.Image import DecompressionBombWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DecompressionBombWarning)
        yield


def _damaged(error: Exception) -> str:
    return f"it is not a PNG, JPEG, GIF or WebP, or it is damaged ({str(error).split(' <')[0][:60]})"


def carried(address: str, cell: Mapping[str, Any]) -> tuple[str, str] | None:
    """Kind and data of an image that the notebook itself holds: an attachment of the cell, or a data URI."""
    if address.startswith("attachment:"):
        bundle = cell.get("attachments", {}).get(unquote(address.removeprefix("attachment:")), {})
        found = next(((mime, text) for mime, text in bundle.items() if mime.startswith("image/")), None)
    else:
        match = DATA_URI.match(address)
        found = (match[1], address[match.end() :]) if match else None
    if found is None:
        return None
    mime, text = found
    return ("svg", _svg_text(text)) if mime == "image/svg+xml" else ("png", unquote(text))


def _svg_text(text: str) -> str:
    """An SVG as text: attachments and most data URIs hold it in base64."""
    if "<" in text:
        return text
    try:
        return base64.b64decode(text).decode("utf-8")
    except (binascii.Error, ValueError):
        return unquote(text)


def _parsed(text: str, gate: Gate) -> Element:
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)  # declares the encoding of bytes that are gone
    text = PUBLIC_DOCTYPE.sub("", text, count=1)
    text = NOT_XML.sub(lambda match: gate.shown(match[0]), text)
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except ParseError as error:
        raise PictureError(f"the SVG is not well-formed XML ({error})") from None
    except DefusedXmlException:
        raise PictureError("the SVG declares entities or a document type of its own") from None
    return root


def _clean(root: Element, gate: Gate) -> None:
    """Check and clean the tree without recursion, since its depth is foreign too."""
    todo = [(root, 1)]
    while todo:
        element, depth = todo.pop()
        if depth > DEPTH_AT_MOST:
            raise PictureError(f"the SVG is nested deeper than {DEPTH_AT_MOST} levels")
        for child in [child for child in element if _name(child.tag) in NAMES_UNSEEN]:
            element.remove(child)
        _check_name(element)
        _clean_attributes(element)
        _clean_text(element, gate)
        todo += [(child, depth + 1) for child in element]


def _check_name(element: Element) -> None:
    name = _name(element.tag)
    if name in NAMES_REFUSED or name.lower().startswith("animate"):
        raise PictureError(f"the SVG holds <{name}>, which has no place in a printed picture")


def _clean_attributes(element: Element) -> None:
    for key, value in element.attrib.items():
        name = _name(key)
        if name.lower().startswith("on"):
            raise PictureError(f"the SVG holds the event handler {name}")
        if name in ("href", "src") and not value.startswith("#") and not EMBEDDED.fullmatch(value):
            raise PictureError(f"the SVG refers to something outside itself: {value[:60]!r}")
        if CSS_REFERENCE.search(value):
            raise PictureError(f"the SVG refers to something outside itself: {value[:60]!r}")
        if name == "style":
            element.set(key, CSS_FAMILIES.sub(_with_our_family, value))
        elif name == "font-family":
            element.set(key, f"{value}, {FAMILY}")


def _clean_text(element: Element, gate: Gate) -> None:
    if _name(element.tag) == "style":
        if CSS_REFERENCE.search(element.text or ""):
            raise PictureError("a style of the SVG refers to something outside it")
        element.text = CSS_FAMILIES.sub(_with_our_family, element.text or "")
    else:
        element.text = _shown(element.text, gate)
    for child in element:
        child.tail = _shown(child.tail, gate)


def _shown(text: str | None, gate: Gate) -> str | None:
    return text if text is None or text.isspace() else gate.in_picture(text)


def _with_our_family(declaration: re.Match[str]) -> str:
    """Name our sans last in every list of families, so that no text falls to a font by chance."""
    value = declaration["value"].rstrip()
    if FAMILY not in value:
        return f"{declaration['font']}{value}, '{FAMILY}'"
    weight = re.match(r"(?:(?:normal|italic|oblique)\s+)*(500|600)\s", value)
    if weight is None:
        return declaration[0]
    return declaration["font"] + re.sub(
        f"['\"]?{FAMILY}['\"]?", f"'{WEIGHT_FAMILIES[weight[1]]}', '{FAMILY}'", value
    )


def _size_mm(root: Element) -> tuple[float, float]:
    box = re.findall(r"[-0-9.e]+", root.get("viewBox", ""))
    natural = [f"{side}pt" for side in box[2:]] if len(box) == 4 else ["300pt", "200pt"]
    sizes = [
        _length_mm(root.get(name, "")) or _length_mm(side)
        for name, side in zip(("width", "height"), natural, strict=True)
    ]
    if not all(sizes):
        raise PictureError("the SVG has no size: give it a width and a height")
    return float(sizes[0] or 0), float(sizes[1] or 0)


def _length_mm(text: str) -> float | None:
    match = LENGTH.fullmatch(text)
    return float(match[1]) * MM_PER_UNIT[match[2]] or None if match else None


def _name(tag: object) -> str:
    """The local name of an element or attribute; comments and instructions have none."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else "!"
