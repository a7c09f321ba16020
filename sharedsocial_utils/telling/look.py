"""How a report looks: colours, logo, fonts and cover of the agency and the client, each checked before it is
used.

What the client's file says wins over `agency.toml`, key by key. A colour is taken only where titles, lines
and bars of it can be seen on paper; else the report keeps its own, and says so. The letters in figures stay
ours: each label is measured with them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sharedsocial_utils.client import Brand, Client, Cover, House, house_file, load_house
from sharedsocial_utils.errors import Fault

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

ENOUGH_CONTRAST = 3.0
"""Of lines and bars against white paper (WCAG 2.2, 1.4.11)."""
ENOUGH_FOR_TEXT = 4.5
"""Of titles against it, and of the white text of a cover (WCAG 2.2, 1.4.3)."""
TINT = 0.18  # of a colour in its pale fill
OUR_LETTERS = Path(__file__).parents[1] / "typst_export" / "fonts" / "IBMPlexSans-Regular.ttf"
SAMPLE = "i contatti di un trimestre e le ore che both sides worked on the channels for them"


class Kind(NamedTuple):
    """What a file of a brand may be: its name here, how each suffix begins, its size."""

    name: str
    starts: dict[str, tuple[bytes, ...]]
    bytes_at_most: int


LOGO = Kind(
    "logo",
    {".png": (b"\x89PNG\r\n\x1a\n",), ".svg": (b"<svg", b"<?xml", b"<!--", b"<!DOCTYPE")},
    1_000_000,
)
FONT = Kind("font", {".ttf": (b"\0\1\0\0", b"true"), ".otf": (b"OTTO", b"\0\1\0\0")}, 2_000_000)


class Palette(NamedTuple):
    """The colours of the two sides in figures; the agency's bars are hatched on a pale fill."""

    company: str
    agency: str
    agency_fill: str


OURS = Palette("#0f6b6b", "#b8651b", "#f6e3d0")
PALETTE: ContextVar[Palette] = ContextVar("palette", default=OURS)


@dataclass(frozen=True)
class Look:
    """One report's brand, its logo file, its cover in the report's language (None: no cover), its fonts."""

    brand: Brand
    logo: Path | None
    cover: Cover | None
    fonts: tuple[Path, ...] = ()

    @property
    def palette(self) -> Palette:
        """The brand's colours where they can be seen, else ours."""
        fill = tint(self.accent) if self.accent else OURS.agency_fill
        return Palette(self.primary or OURS.company, self.accent or OURS.agency, fill)

    @property
    def primary(self) -> str | None:
        """The brand's first colour, if titles in it can be read."""
        return _dark(self.brand.primary, ENOUGH_FOR_TEXT)

    @property
    def accent(self) -> str | None:
        """Its second, if lines and bars of it can be seen."""
        return _dark(self.brand.accent, ENOUGH_CONTRAST)

    @property
    def widening(self) -> float:
        """How much wider than ours the brand's letters run, 1 if they do not. Raises `Fault` RP-03."""
        return max([1.0, *(_widening(path) for path in self.fonts[:1])])

    @property
    def too_pale(self) -> list[str]:
        """The brand's colours that the report cannot take."""
        pairs = ((self.brand.primary, self.primary), (self.brand.accent, self.accent))
        return [given for given, taken in pairs if given and not taken]


def look_of(house: House, house_folder: Path, client: Client, client_folder: Path, language: str) -> Look:
    """The look of a client's report in one language. Raises `Fault` RP-03 for a logo or a font that
    cannot be used."""
    own = client.brand
    brand = Brand(
        primary=own.primary or house.brand.primary,
        accent=own.accent or house.brand.accent,
        logo=own.logo or house.brand.logo,
        logo_alt=own.logo_alt if own.logo else house.brand.logo_alt,
        fonts=own.fonts or house.brand.fonts,
    )
    covers = {**house.cover, **client.cover}
    cover = next((cover for of, cover in covers.items() if of == language), None)
    logo = checked(client_folder if own.logo else house_folder, brand.logo, LOGO) if brand.logo else None
    return Look(brand, logo, cover, _fonts(client_folder if own.fonts else house_folder, brand))


def _fonts(folder: Path, brand: Brand) -> tuple[Path, ...]:
    return tuple(checked(folder, name, FONT) for name in brand.fonts)


def checked(folder: Path, name: str, kind: Kind) -> Path:
    """A brand's file: beside (or below) the file that names it, no link, small, and what its name says.

    What is in it the exporter checks: scripts and references outside are refused there.
    """
    path = folder / name
    links = [step for step in (path, *path.parents) if step.is_relative_to(folder) and step != folder]
    if Path(name).is_absolute() or ".." in Path(name).parts or any(step.is_symlink() for step in links):
        raise Fault("RP-03", f"the {kind.name} leads outside its folder", text=name)
    if path.suffix.lower() not in kind.starts or not path.is_file():
        raise Fault("RP-03", f"no {kind.name} of that name", text=name, expected=" or ".join(kind.starts))
    if path.stat().st_size > kind.bytes_at_most:
        found, limit = f"{path.stat().st_size:,} bytes", f"at most {kind.bytes_at_most:,}"
        raise Fault("RP-03", f"the {kind.name} has {found}", text=name, expected=limit)
    head = path.read_bytes()[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(kind.starts[path.suffix.lower()]):
        raise Fault("RP-03", f"the {kind.name} is not what its name says", text=name)
    return path


def look_of_house(root: Path, language: str) -> Look:
    """The agency's own look, for its own documents. Raises `Fault` CL-02 to CL-04, RP-03."""
    house, path = load_house(root), house_file(root)
    cover = {str(of): cover for of, cover in house.cover.items()}.get(language)
    if path is None:
        return Look(house.brand, None, cover)
    logo = checked(path.parent, house.brand.logo, LOGO) if house.brand.logo else None
    return Look(house.brand, logo, cover, _fonts(path.parent, house.brand))


def brand_files(look: Look) -> dict[str, Path]:
    """Our own names for its files, relative to a report's folder: no name of a client's is a path of ours."""
    logo = {f"brand/logo{look.logo.suffix.lower()}": look.logo} if look.logo else {}
    return logo | {f"brand/font-{n}{path.suffix.lower()}": path for n, path in enumerate(look.fonts, 1)}


@contextmanager
def coloured(palette: Palette) -> Iterator[None]:
    """Within it figures take these colours."""
    token = PALETTE.set(palette)
    try:
        yield
    finally:
        PALETTE.reset(token)


def contrast(colour: str, paper: str = "#ffffff") -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(colour), _luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tint(colour: str) -> str:
    """The colour as a pale fill."""
    return "#" + "".join(f"{round(255 - TINT * (255 - part)):02x}" for part in _parts(colour))


@lru_cache(maxsize=8)
def _widening(font: Path) -> float:
    """How much wider its letters run than ours, over those of a sample that it has."""
    own, ours = _face(font), _face(OUR_LETTERS)
    has = own.get_charmap()
    letters = [ord(letter) for letter in SAMPLE if ord(letter) in has]
    return _width(own, letters) / _width(ours, letters) if letters else 1.0


def _face(font: Path) -> "FT2Font":
    from matplotlib.font_manager import get_font

    try:
        face = get_font(font)
    except (RuntimeError, OSError) as error:
        raise Fault("RP-03", f"the font cannot be opened: {error}", text=font.name) from error
    face.set_size(100, 72)
    return face


def _width(face: "FT2Font", letters: list[int]) -> int:
    from matplotlib.ft2font import LoadFlags

    return sum(face.load_char(letter, flags=LoadFlags.NO_HINTING).linearHoriAdvance for letter in letters)


def _dark(colour: str | None, least: float) -> str | None:
    return colour if colour and contrast(colour) >= least else None


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    shares = [part / 255 for part in _parts(colour)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
