"""The agency's and the client's brand: whose wins, what is refused, what figures take of it."""

from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from executed import QUARTER, audited
from PIL import Image
from pypdf import PdfReader
from tables_for_tests import workspace

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.telling import Review, attachments, document, open_review, show
from sharedsocial_utils.telling.look import OURS, contrast, tint
from sharedsocial_utils.typst_export.compiling import fonts_dir

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
HOUSE = """
[brand]
primary = "#123456"
accent = "#8a3b00"
logo = "logo.png"
logo_alt = "Studio Girasole"
[cover.it]
title = "Revisione condivisa"
subtitle = "Studio Girasole"
text = ["Riservato"]
"""


def opened(root: Path, language: str = "it") -> Review:
    return open_review("la-quercia", QUARTER, root, language)


def house(root: Path, text: str = HOUSE, folder: str = ".") -> None:
    (root / folder / "agency.toml").write_text(text, "utf-8")
    (root / folder / "logo.png").write_bytes(PNG)


def client_says(root: Path, text: str) -> None:
    with (root / "data/raw/la-quercia/client.toml").open("a", encoding="utf-8") as file:
        file.write(text)


def test_without_a_brand_the_document_has_none(tmp_path: Path) -> None:
    about = document(opened(workspace(tmp_path, 3)))
    assert "brand" not in about
    assert "cover" not in about


@pytest.mark.parametrize("folder", [".", "data/raw"])
def test_the_agencys_file_tells_the_exporter(tmp_path: Path, folder: str) -> None:
    root = workspace(tmp_path, 3)
    house(root, folder=folder)
    review = opened(root)
    about = document(review)
    assert about["brand"] == {
        "primary": "#123456", "accent": "#8a3b00", "logo": "brand/logo.png", "logo_alt": "Studio Girasole",
    }  # fmt: skip
    assert about["cover"] == {
        "title": "Revisione condivisa", "subtitle": "Studio Girasole", "lines": ["Riservato"],
    }  # fmt: skip
    attachments(review, tmp_path / "out")
    assert (tmp_path / "out/brand/logo.png").read_bytes() == PNG


def test_a_cover_is_of_its_language_and_has_the_reports_title_without_one(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    house(root, "[cover.en]\nsubtitle = 'Shared'\n")
    assert "cover" not in document(opened(root))
    assert document(opened(root, "en"))["cover"] == {
        "title": "Agriturismo La Quercia: review of Q3 2026", "subtitle": "Shared", "lines": [],
    }  # fmt: skip


def test_what_the_client_says_wins_key_by_key(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    house(root)
    client_says(root, '[brand]\nprimary = "#004400"\nlogo = "own.svg"\n[cover.it]\ntitle = "La Quercia"\n')
    (root / "data/raw/la-quercia/own.svg").write_text("<svg/>")
    about = document(opened(root))
    assert about["brand"] == {
        "primary": "#004400", "accent": "#8a3b00", "logo": "brand/logo.svg", "logo_alt": "Studio Girasole",
    }  # fmt: skip
    assert about["cover"] == {"title": "La Quercia", "subtitle": "", "lines": []}


@pytest.mark.parametrize(
    ("text", "code", "line", "hint"),
    [
        ('[brand]\nprimry = "#123456"', "CL-03", 2, 'did you mean "primary"?'),
        ('[brnd]\nprimary = "#123456"', "CL-03", 1, 'did you mean "brand"?'),
        ('[brand]\nprimary = "red"', "CL-04", 2, "brand.primary"),
        ('[cover.it]\ntitel = "x"', "CL-03", 2, 'did you mean "title"?'),
        ('[cover.de]\ntitle = "x"', "CL-04", 1, "expected one of en, it"),
        ('[brand\nprimary = "#123456"', "CL-02", 1, "line 1"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, text: str, code: str, line: int, hint: str) -> None:
    root = workspace(tmp_path, 3)
    house(root, text)
    with pytest.raises(Fault) as fault:
        opened(root)
    assert (fault.value.code, fault.value.file, fault.value.line) == (code, "agency.toml", line)
    assert hint in fault.value.found


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("../logo.png", PNG),
        ("/etc/passwd", PNG),
        ("logo.gif", b"GIF89a"),
        ("logo.png", b"<svg/>"),
        ("logo.svg", b"\x89PNG\r\n\x1a\n"),
        ("logo.png", PNG + bytes(1_000_001)),
        ("absent.png", None),
    ],
)
def test_a_logo_that_is_none_is_refused(tmp_path: Path, name: str, content: bytes | None) -> None:
    root = workspace(tmp_path / "w", 3)
    (root / "agency.toml").write_text(f'[brand]\nlogo = "{name}"\n')
    if content is not None and not name.startswith("/"):
        (root / name).write_bytes(content)
    with pytest.raises(Fault) as fault:
        opened(root)
    assert fault.value.code == "RP-03"


def test_a_logo_behind_a_link_is_refused(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", 3)
    (tmp_path / "secret.png").write_bytes(PNG)
    (root / "logo.png").symlink_to(tmp_path / "secret.png")
    (root / "agency.toml").write_text('[brand]\nlogo = "logo.png"\n')
    with pytest.raises(Fault, match="leads outside"):
        opened(root)


def figure_of(review: Review) -> str:
    (figure, *_) = (block for block in show.time(review).blocks if block["kind"] == "figure")
    return str(figure["svg"])


def test_figures_take_the_brands_colours(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    plain = figure_of(opened(root))
    house(root)
    svg = figure_of(opened(root))
    assert "#123456" in svg
    assert "#8a3b00" in svg
    assert tint("#8a3b00") in svg
    assert OURS.company not in svg
    (root / "agency.toml").unlink()
    assert figure_of(opened(root)) == plain


def test_figures_keep_their_own_where_the_brand_is_too_pale(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    house(root, '[brand]\nprimary = "#ffee00"\naccent = "#8a3b00"\n')
    review = opened(root)
    assert OURS.company in figure_of(review)
    assert "#ffee00" not in figure_of(review)
    assert review.look.too_pale == ["#ffee00"]
    assert "#ffee00" in show.appendix(review).plain()


@pytest.mark.parametrize(
    ("primary", "accent", "taken"),
    [
        ("#ffee00", "#8a3b00", {"accent": "#8a3b00"}),
        ("#2e8bc0", "#2e8bc0", {"accent": "#2e8bc0"}),  # 3.8: for lines, not for titles
        ("#123456", "#ffee00", {"primary": "#123456"}),
    ],
)
def test_a_pale_colour_costs_no_report(
    tmp_path: Path, primary: str, accent: str, taken: dict[str, str]
) -> None:
    root = workspace(tmp_path, 3)
    house(root, f'[brand]\nprimary = "{primary}"\naccent = "{accent}"\n')
    assert document(opened(root))["brand"] == taken
    last = PdfReader(audited(root) / "report.pdf").pages[-1].extract_text()
    pale = primary if "primary" not in taken else accent
    assert f"Il colore {pale} del marchio risalta troppo poco" in " ".join(last.split())


@pytest.mark.parametrize(
    ("colour", "ratio"), [("#ffffff", 1.0), ("#000000", 21.0), ("#767676", 4.54), ("#949494", 3.03)]
)
def test_contrast_is_wcags(colour: str, ratio: float) -> None:
    assert contrast(colour) == pytest.approx(ratio, abs=0.005)


def test_cover_and_logo_are_printed(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    house(root)
    Image.new("RGB", (240, 80), "#123456").save(root / "logo.png")
    reader = PdfReader(audited(root) / "report.pdf")
    first, second = (" ".join(page.extract_text().split()) for page in reader.pages[:2])
    assert "Revisione condivisa" in first
    assert "Riservato" in first
    assert "Chiudere Flickr" in second
    assert len(reader.pages[0].images) == 1


def test_without_a_cover_the_logo_stands_on_page_one(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    house(root, '[brand]\nlogo = "logo.png"\n')
    Image.new("RGB", (240, 80), "#123456").save(root / "logo.png")
    first, second, *_ = PdfReader(audited(root) / "report.pdf").pages
    assert (len(first.images), len(second.images)) == (1, 0)
    assert "Chiudere Flickr" in " ".join(first.extract_text().split())


def test_a_logo_that_holds_a_script_is_refused(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    (root / "agency.toml").write_text('[brand]\nlogo = "logo.svg"\n')
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>x</script></svg>'
    (root / "logo.svg").write_text(svg)
    with pytest.raises(Fault) as fault:
        audited(root)
    assert fault.value.code == "PDF-01"


def lettered(root: Path, said: str, *names: str) -> None:
    """The agency's file with fonts, each of the exporter's that is so called."""
    (root / "agency.toml").write_text(f"[brand]\nfonts = {said}\n", "utf-8")
    for name in names:
        copy(fonts_dir() / name, root / name)


def families(pdf: Path) -> set[str]:
    """The fonts of the first page, without the letters that say they are a part."""
    fonts: Any = PdfReader(pdf).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    return {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in fonts.values()}


def test_the_brands_fonts_are_printed_ours_where_they_lack_a_letter(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    lettered(root, '["NotoSansHebrew-Regular.ttf"]', "NotoSansHebrew-Regular.ttf")
    assert document(opened(root))["brand"] == {"fonts": ["brand/font-1.ttf"]}
    assert "IBMPlexSans-SmBld" in families(audited(root) / "report.pdf"), "no Latin letters in it"
    names = ("IBMPlexMono-Regular.ttf", "IBMPlexMono-Bold.ttf")
    lettered(root, str(list(names)), *names)
    printed = families(audited(root) / "report.pdf")
    assert {"IBMPlexMono", "IBMPlexMono-Bold"} <= printed
    assert "IBMPlexSans-SmBld" not in printed


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ('["../font.ttf"]', "leads outside"),
        ('["absent.ttf"]', "no font of that name"),
        ('["logo.png"]', "no font of that name"),
        ('["letters.otf", "letters.ttf"]', "not what its name says"),
    ],
)
def test_a_font_that_is_none_is_refused(tmp_path: Path, said: str, found: str) -> None:
    root = workspace(tmp_path, 3)
    lettered(root, said)
    (root / "letters.otf").write_bytes(b"OTTO" + bytes(90))
    (root / "letters.ttf").write_bytes(b"<html>")
    (root / "logo.png").write_bytes(PNG)
    with pytest.raises(Fault, match=found) as fault:
        opened(root)
    assert fault.value.code == "RP-03"


def test_fonts_are_of_one_family(tmp_path: Path) -> None:
    root, names = workspace(tmp_path, 3), ["NotoSans-Regular.ttf", "IBMPlexMono-Bold.ttf"]
    lettered(root, str(names), *names)
    with pytest.raises(Fault, match="IBM Plex Mono, Noto Sans") as fault:
        audited(root)
    assert fault.value.code == "PDF-01"


def test_a_broken_font_is_refused(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    lettered(root, '["broken.otf"]')
    (root / "broken.otf").write_bytes(b"OTTO" + bytes(90))
    with pytest.raises(Fault, match="cannot be opened") as fault:
        show.bottom_line(opened(root))
    assert fault.value.code == "RP-03"


def test_page_one_is_one_page_in_wide_letters_too(tmp_path: Path) -> None:
    """A monospaced font runs a third wider than ours."""
    root, names = workspace(tmp_path, 25), ["IBMPlexMono-Regular.ttf", "IBMPlexMono-Bold.ttf"]
    assert opened(root).look.widening == 1
    lettered(root, str(names), *names)
    assert opened(root).look.widening == pytest.approx(1.364, abs=0.001)
    second = PdfReader(audited(root) / "report.pdf").pages[1].extract_text()
    assert "Attuata una decisione su 2" in " ".join(second.split())


def test_the_clients_fonts_win_over_the_agencys(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    lettered(root, '["NotoSans-Regular.ttf"]', "NotoSans-Regular.ttf")
    client_says(root, '\n[brand]\nfonts = ["IBMPlexMono-Bold.ttf"]\n')
    copy(fonts_dir() / "IBMPlexMono-Bold.ttf", root / "data/raw/la-quercia")
    look = opened(root).look
    assert [path.name for path in look.fonts] == ["IBMPlexMono-Bold.ttf"]
    attachments(opened(root), tmp_path / "out")
    ours = (fonts_dir() / "IBMPlexMono-Bold.ttf").read_bytes()
    assert (tmp_path / "out/brand/font-1.ttf").read_bytes() == ours
