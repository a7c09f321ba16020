"""The figures: every word inside the sheet, none over another, large enough to read, always the same."""

import re
import subprocess
import sys
from collections.abc import Callable
from math import nan
from typing import Any
from xml.etree import ElementTree

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgba

from sharedsocial_utils.telling import figures
from sharedsocial_utils.telling.figures import dress
from sharedsocial_utils.telling.look import contrast

SHORT = ["Blog", "X", "Google Ads"]
LONG = [f"Google Business · risposte ai commenti di chi scrive da lontano ({number})" for number in range(25)]
SIDES = ("Agriturismo La Quercia e Figli Società Agricola", "Studio Girasole Comunicazione Integrata")
COUNTS = {"three short": SHORT, "ten long": LONG[:10], "25 long": LONG, "one": ["Blog"]}


def hours(names: list[str]) -> dress.Sheet:
    bars = [
        figures.Hours(name, 30.0 - place, 2.0 * place, None if place % 3 else 31.0, f"{30 + place},5 h")
        for place, name in enumerate(names)
    ]
    return undrawn(figures.hours_by_channel, bars, SIDES, "trimestre prima")


def costs(names: list[str]) -> dress.Sheet:
    rows = [
        figures.Costs(
            name,
            None if place % 4 == 1 else 12.0 * place,
            None if place % 4 == 1 else (9.0 * place, (14.0 if place % 2 else 90.0) * place),
            "nessun contatto",
            30.0,
            0.0,
            "30 h",
        )
        for place, name in enumerate(names)
    ]
    return undrawn(figures.cost_and_hours, rows, ("Costo per contatto", "Ore nel trimestre"), SIDES)


def protected(names: list[str]) -> dress.Sheet:
    rows = [figures.Protected(name, "company", 60.0, 18.0, "60 su 78 h") for name in names]
    return undrawn(figures.protected_time, rows, ("mantenute", "perse"))


def voices(names: list[str]) -> dress.Sheet:
    rows = [
        figures.Voice(name, (place, 1200, place % 2), (0, place, 0), f"{place} su 1200")
        for place, name in enumerate(names)
    ]
    heads = ("Chi pubblica", "Chi risponde", "Senza risposta")
    return undrawn(figures.voice_shares, rows, heads, (*SIDES, "nessuno indicato"))


def results(names: list[str]) -> dress.Sheet:
    series = [float(week % 9) if week % 20 else nan for week in range(52)]
    strips = [figures.Strip(name, (series,) * 3, ("12.930", "–", "7")) for name in names]
    months = ["ott", "nov", "dic", "gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set"]
    ticks = [(round(4.3 * place), month) for place, month in enumerate(months)]
    heads = ("Visite a settimana", "Partecipazione a settimana", "Contatti a settimana")
    return undrawn(figures.small_multiples, strips, heads, (39, 52), ticks)


def evidence(names: list[str]) -> dress.Sheet:
    flags = ["START", "GROW", "KEEP", "REDUCE", "STOP", "WATCH"]
    rows = [
        figures.Interval(name, flags[place % 6], "POTENZIARE", 0.001 * 4**place, 0.1, 300.0)
        for place, name in enumerate(names)
    ]
    number = {0.01: "0,01", 0.1: "0,1", 1: "1", 10: "10", 100: "100"}
    return undrawn(figures.evidence, rows, "1 = si ripaga", number)


def plan(names: list[str]) -> dress.Sheet:
    doers = [
        figures.Doer(f"Massimiliano {place} Ghiandaia", ("company", "agency")[place % 2])
        for place in range(6)
    ]
    amounts = [[0.0 if (row + place) % 3 else 12.5 for place in range(6)] for row in range(len(names))]
    words = [["12,5" if value else "" for value in row] for row in amounts]
    return undrawn(figures.plan_grid, names, doers, amounts, words)


FIGURES: list[Callable[[list[str]], dress.Sheet]] = [hours, costs, protected, voices, results, evidence, plan]


def undrawn(draw: Callable[..., str], *args: Any) -> dress.Sheet:
    """The sheet that the figure is made of, before it becomes SVG."""
    with dress.dressed():
        sheet: dress.Sheet = draw.__wrapped__(*args)  # type: ignore[attr-defined]
    return sheet


def svg_of(sheet: dress.Sheet) -> str:
    with dress.dressed():
        return sheet.svg("test")


def boxes(sheet: dress.Sheet) -> list[tuple[str, float, float, float, float]]:
    """Each text with its left, top, right and bottom in mm."""
    renderer = FigureCanvasAgg(sheet.figure).get_renderer()  # type: ignore[no-untyped-call]
    found = []
    for text in sheet.axes.texts:
        box, mm = text.get_window_extent(renderer), 25.4 / 72
        found.append(
            (
                text.get_text(),
                box.x0 * mm,
                sheet.height - box.y1 * mm,
                box.x1 * mm,
                sheet.height - box.y0 * mm,
            )
        )
    return found


@pytest.mark.parametrize("draw", FIGURES)
@pytest.mark.parametrize("names", COUNTS.values(), ids=COUNTS)
def test_no_word_leaves_the_sheet_or_meets_another(
    draw: Callable[[list[str]], dress.Sheet], names: list[str]
) -> None:
    sheet = draw(names)
    placed = boxes(sheet)
    assert len(placed) >= len(names)
    for text, left, top, right, bottom in placed:
        assert left >= 0, text
        assert top >= 0, text
        assert right <= dress.WIDTH + 0.1, text
        assert bottom <= sheet.height + 0.1, text
    touching = [
        (a[0], b[0])
        for place, a in enumerate(placed)
        for b in placed[place + 1 :]
        if min(a[3], b[3]) - max(a[1], b[1]) > 0.05 and min(a[4], b[4]) - max(a[2], b[2]) > 0.3
    ]
    assert touching == []


@pytest.mark.parametrize("draw", FIGURES)
def test_letters_are_eight_points_or_more_and_stay_text(draw: Callable[[list[str]], dress.Sheet]) -> None:
    svg = svg_of(draw(SHORT))
    root = ElementTree.fromstring(svg)
    texts = [element for element in root.iter() if element.tag.endswith("}text")]
    assert {"Blog", "X", "Google Ads"} <= {element.text for element in texts}
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", svg)]
    assert len(sizes) == len(texts)
    assert min(sizes) >= 8
    assert float(root.attrib["width"].removesuffix("pt")) == pytest.approx(170 / 25.4 * 72)
    assert set(re.findall(r"font-family: '([^']+)'", svg)) == {"IBM Plex Sans"}


@pytest.mark.parametrize("draw", FIGURES)
def test_equal_figures_have_equal_bytes(draw: Callable[[list[str]], dress.Sheet]) -> None:
    first, second = svg_of(draw(SHORT)), svg_of(draw(SHORT))
    assert first == second
    assert first.startswith("<svg")
    assert not re.search(r"20\d\d-\d\d-\d\d", first)


def test_a_users_own_matplotlibrc_changes_nothing() -> None:
    import matplotlib

    bars = [figures.Hours("Blog", 3.0, 2.0, None, "5 h")]
    plain = figures.hours_by_channel(bars, SIDES, "before")
    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "path", "text.color": "red"}):
        assert figures.hours_by_channel(bars, SIDES, "before") == plain


def test_dollars_are_dollars_and_what_the_letters_lack_is_marked() -> None:
    bars = [
        figures.Hours("a $x^2$ b", 1.0, 1.0, None, "$1"),
        figures.Hours("\U0001f95a uovo", 1.0, 1.0, None, "2 h"),
    ]
    svg = figures.hours_by_channel(bars, SIDES, "before")
    assert "a $x^2$ b" in svg
    assert "\ufffd uovo" in svg


def test_company_and_agency_differ_in_pattern_not_in_colour_alone() -> None:
    both = figures.hours_by_channel([figures.Hours("Blog", 3.0, 2.0, None, "5 h")], SIDES, "before")
    assert "<pattern" in both
    assert dress.COMPANY in both
    assert dress.AGENCY in both


def test_a_gap_in_the_data_is_a_gap_in_the_line() -> None:
    def curves(series: list[float]) -> list[str]:
        strip = figures.Strip("Blog", (series,), ("9",))
        svg = figures.small_multiples([strip], ["Visite"], (2, 6), [(0, "ott")])
        return re.findall(rf'<path d="([^"]*)"[^>]*stroke: {dress.COMPANY}', svg)

    whole, broken = curves([1.0, 2, 3, 4, 5, 6]), curves([1.0, 2, nan, 4, 5, 6])
    assert [path.count("M") for path in whole] == [1]
    assert [path.count("M") for path in broken] == [2]


def test_each_look_of_a_bar_can_be_seen_on_paper() -> None:
    """Its filling or its edge stands 3 to 1 against white (WCAG 2.2, 1.4.11)."""
    sheet = dress.Sheet(10)
    for look in ("company", "agency", "lost", dress.PALE, dress.GREY):
        sheet.bar(0, 5, 9, look)
        bar = sheet.axes.patches[-1]
        seen = [contrast(to_hex(colour)) for colour in (bar.get_facecolor(), bar.get_edgecolor())]
        assert max(seen) >= 3, look


def test_bars_begin_at_zero() -> None:
    """A bar of twice the hours is twice as wide."""
    sheet = undrawn(
        figures.hours_by_channel,
        [figures.Hours("Blog", 40.0, 0.0, None, "40 h"), figures.Hours("X", 20.0, 0.0, None, "20 h")],
        SIDES,
        "before",
    )
    widths = [bar.get_width() for bar in sheet.axes.patches if bar.get_height() == dress.BAR]  # type: ignore[attr-defined]
    assert widths[0] == pytest.approx(2 * widths[1])


def test_an_interval_of_a_cost_stands_on_the_scale_of_its_bar() -> None:
    """From half to once and a fifth of the bar; one of many times the dearest is cut and has an arrow."""
    heads = ("Costo per contatto", "Ore nel trimestre")
    rows = [
        figures.Costs("Blog", 100.0, (50.0, 120.0), "100 €", 0.0, 0.0, "0 h"),
        figures.Costs("X", 60.0, (20.0, 900.0), "60 €", 0.0, 0.0, "0 h"),
        figures.Costs("Flickr", None, None, "nessun contatto", 0.0, 0.0, "0 h"),
    ]
    sheet = undrawn(figures.cost_and_hours, rows, heads, SIDES)
    bar, second = [patch for patch in sheet.axes.patches if patch.get_facecolor() == to_rgba(dress.PALE)]
    lines = [list(map(float, line.get_xdata())) for line in sheet.axes.lines if line.get_color() == dress.INK]  # type: ignore[arg-type]
    (low, high), cut, arrow = lines[0], lines[3], lines[5]
    start, unit = bar.get_x(), bar.get_width() / 100  # type: ignore[attr-defined]
    assert ((low - start) / unit, (high - start) / unit) == pytest.approx((50, 120))
    assert second.get_width() / unit == pytest.approx(60)  # type: ignore[attr-defined]
    assert ((cut[0] - start) / unit, (cut[1] - start) / unit) == pytest.approx((20, 150))
    assert arrow == [cut[1]]
    assert len(lines) == 6, "two intervals with their ends, none for what brought no contact"


def test_an_interval_off_the_scale_ends_at_its_edge() -> None:
    sheet = evidence(SHORT)
    ends = [float(str(x)) for line in sheet.axes.lines for x in list(line.get_xdata())]  # type: ignore[arg-type]
    assert min(ends) >= 0
    assert max(ends) <= dress.WIDTH


def test_importing_the_room_does_not_import_matplotlib() -> None:
    code = "import sys; import sharedsocial_utils.telling as t; print('matplotlib' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


def test_figures_do_without_pyplot() -> None:
    code = "import sys; import sharedsocial_utils.telling.figures; print('matplotlib.pyplot' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
