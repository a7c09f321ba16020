"""The dress of every figure: its size, letters, colours and marks.

A figure is drawn on a `Sheet` whose units are millimetres of the printed page, y downwards, so that a letter
of 8 pt is one on paper. Company and agency differ in colour and in pattern (solid, hatched): they survive a
black-and-white printer and the common colour blindness. Text stays text in the SVG.
"""

import warnings
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache, wraps
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, ParamSpec

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from sharedsocial_utils.telling.look import OURS, PALETTE

P = ParamSpec("P")
Align = Literal["left", "center", "right"]

WIDTH = 170.0
SIZE = 8.5
ROW = 6.4
BAR = 3.8
KEY = 11.5  # width of an entry of a key beside its name
INK = "#1d2328"
GREY = "#5b6670"  # 6.0:1 on white
FAINT = "#c3cad0"
PALE = "#87919a"  # of bars of neither side: 3.2:1 on white, and 4.9:1 under a line of ink
SHADE = "#eef1f2"
COMPANY, AGENCY, AGENCY_FILL = OURS
POINT = 25.4 / 72
LOOSE = " \u00a0·"  # never before an ellipsis

FAMILY = "IBM Plex Sans"
FONTS = files("sharedsocial_utils") / "typst_export" / "fonts"
STYLE: dict[Any, Any] = {
    "font.family": FAMILY,
    "font.size": SIZE,
    "text.parse_math": False,  # a $ in a name is a $
    "svg.fonttype": "none",
    "svg.id": None,
    "hatch.linewidth": 0.9,
    "path.simplify": False,
}


class Sheet:
    """A figure of `WIDTH` x `height` mm to draw on."""

    def __init__(self, height: float) -> None:
        self.height = height
        self.palette = PALETTE.get()
        self.figure = Figure(figsize=(WIDTH / 25.4, height / 25.4), dpi=72)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_xlim(0, WIDTH)
        self.axes.set_ylim(height, 0)
        self.axes.set_axis_off()

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        align: Align = "left",
        bold: bool = False,
        colour: str = INK,
    ) -> None:
        """Words whose middle height is at y."""
        weight = "semibold" if bold else "normal"
        words = covered(words)
        self.axes.text(x, y, words, ha=align, va="center_baseline", color=colour, weight=weight)

    def width_of(self, words: str, bold: bool = False) -> float:
        """How wide the words are, in mm."""
        return _width(covered(words), bold)

    def fitted(self, words: str, room: float, bold: bool = False) -> str:
        """The words, cut with an ellipsis where they are wider than the room."""
        if self.width_of(words, bold) <= room:
            return words
        beginnings = range(len(words))
        kept = bisect_right(beginnings, room, key=lambda end: self.width_of(f"{words[:end]}…", bold)) - 1
        return f"{words[: max(kept, 0)].rstrip(LOOSE)}…"

    def bar(self, x: float, y: float, width: float, look: str = GREY, height: float = BAR) -> None:
        """A bar from x whose middle height is at y; `look` is company, agency, lost or a colour."""
        colours = self.palette
        face, edge, hatch = {
            "company": (colours.company, colours.company, None),
            "agency": (colours.agency_fill, colours.agency, "//////"),
            "lost": ("white", GREY, None),
        }.get(look, (look, look, None))
        patch = Rectangle(
            (x, y - height / 2), width, height, facecolor=face, edgecolor=edge, hatch=hatch, linewidth=0.5
        )
        self.axes.add_patch(patch)

    def line(
        self,
        xs: list[float],
        ys: list[float],
        colour: str = GREY,
        width: float = 0.6,
        *,
        marker: str = "",
        size: float = 4.0,
        dashed: bool = False,
    ) -> None:
        """A line through points; NaN leaves a gap."""
        self.axes.add_line(
            Line2D(
                xs, ys, color=colour, linewidth=width, marker=marker, markersize=size,
                markeredgewidth=0.8, linestyle=(0, (3, 2)) if dashed else "-", solid_capstyle="butt",
            )
        )  # fmt: skip

    def key(self, x: float, y: float, parts: list[tuple[str, str]], room: float) -> None:
        """Which look is whose: a small bar and a name each, cut only if the room asks it."""
        names = [name for _, name in parts]
        if self.key_width(names) > room:
            names = [self.fitted(name, room / len(parts) - KEY) for name in names]
        for (look, _), name in zip(parts, names, strict=True):
            self.bar(x, y, 5, look, 2.8)
            self.text(x + 6.5, y, name, colour=GREY)
            x += self.width_of(name) + KEY

    def key_width(self, names: Iterable[str]) -> float:
        """How wide a key of these names is, in mm."""
        return sum(self.width_of(name) + KEY for name in names)

    def svg(self, salt: str) -> str:
        """The sheet as SVG without a prolog; equal drawings give equal bytes."""
        buffer = BytesIO()
        with matplotlib.rc_context({"svg.hashsalt": salt}):
            self.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        text = buffer.getvalue().decode()
        return text[text.index("<svg") :]


def drawn(draw: Callable[P, Sheet]) -> Callable[P, str]:
    """Makes a function that draws a sheet into one that returns its SVG, whatever the user's matplotlibrc."""

    @wraps(draw)
    def svg(*args: P.args, **kwargs: P.kwargs) -> str:
        with dressed():
            return draw(*args, **kwargs).svg(draw.__name__)

    return svg


@contextmanager
def dressed() -> Iterator[None]:
    """Within it matplotlib has our letters, and a glyph that they lack is an error instead of a box."""
    _register_fonts()
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        warnings.filterwarnings("error", message=".*Glyph .* missing from.*")
        yield


@cache
def _register_fonts() -> None:
    """The exporter's letters, so that what is measured here is what is printed there."""
    for path in sorted(Path(str(FONTS)).glob("IBMPlexSans-*.ttf")):
        fontManager.addfont(path)


@cache
def _renderer() -> RendererAgg:
    return FigureCanvasAgg(Figure(dpi=72)).get_renderer()  # type: ignore[no-untyped-call, no-any-return]


@lru_cache(maxsize=4096)  # the same names stand in figure after figure
def _width(words: str, bold: bool) -> float:
    """How wide the words are in mm."""
    _register_fonts()
    font = FontProperties(family=FAMILY, weight="semibold" if bold else "normal", size=SIZE)
    width, _, _ = _renderer().get_text_width_height_descent(words, font, False)  # type: ignore[no-untyped-call]
    return float(width) * POINT


@cache
def _letters() -> frozenset[int]:
    """The characters that our letters have; without the files it is matplotlib's own font that is asked."""
    _register_fonts()
    return frozenset(get_font(findfont(FontProperties(family=FAMILY))).get_charmap())


def covered(words: str) -> str:
    """The words with "\ufffd" for each character that our letters lack."""
    return "".join(c if ord(c) in _letters() else "\ufffd" for c in words)
