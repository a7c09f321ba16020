"""What pages tell only where there is something: hand-overs, restated figures, bands, codes."""
# ruff: noqa: E501  literal rows stand on a line

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tables_for_tests import QUARTER, THRESHOLDS, change, workspace

from sharedsocial_utils.client import load_client
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.tables import empty
from sharedsocial_utils.telling import open_review, show
from sharedsocial_utils.telling.attached import described

ROWS = [
    {
        "table": "metrics", "key": f"youtube, 2026-07-{day:02}", "column": "views", "old": "1200", "new": "1234.5",
        "old_file": "old/youtube.csv", "new_file": "new/youtube.csv", "old_as_of": pd.Timestamp("2026-08-01"),
        "new_as_of": pd.Timestamp("2026-10-02"),
    }
    for day in range(1, 19)
]  # fmt: skip


def told(root: Path, page: str, language: str = "en") -> str:
    return str(getattr(show, page)(open_review("la-quercia", QUARTER, root, language)).plain()).replace(
        "\xa0", " "
    )


def tables(root: Path, page: str, title: str, language: str = "en") -> list[dict[str, Any]]:
    shown = getattr(show, page)(open_review("la-quercia", QUARTER, root, language))
    return [block for block in shown.blocks if block["kind"] == "table" and block["title"] == title]


# ---- hand-over


def with_hand_over(root: Path, line: str) -> Path:
    workspace(root, 3)
    path = root / "data/raw/la-quercia/client.toml"
    path.write_text(
        path.read_text("utf-8").replace('phase = "closing"', f'phase = "closing"\n{line}'), "utf-8"
    )
    return root


def test_a_hand_over_is_told_with_its_side_and_day(tmp_path: Path) -> None:
    root = with_hand_over(tmp_path, 'hand_over = { to = "company", by = 2026-12-31 }')
    assert "- Flickr · photos goes to La Quercia by December 31, 2026." in told(root, "who_does_what")
    assert "- Flickr · foto passa a La Quercia entro il 31 dicembre 2026." in told(
        root, "who_does_what", "it"
    )
    assert "In chiusura" not in told(root, "who_does_what", "it")


def test_without_a_hand_over_it_is_closing(tmp_path: Path) -> None:
    assert "- In chiusura: Flickr · foto." in told(workspace(tmp_path, 3), "who_does_what", "it")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('hand_over = { to = "public", by = 2026-12-31 }', "CL-04"),
        ('hand_over = { to = "company" }', "CL-04"),
        ('hand_over = { too = "company", by = 2026-12-31 }', "CL-03"),
    ],
)
def test_a_wrong_hand_over_is_named(tmp_path: Path, line: str, code: str) -> None:
    with pytest.raises(Fault) as fault:
        load_client(with_hand_over(tmp_path, line) / "data/raw/la-quercia")
    assert fault.value.code == code


# ---- restated figures


def test_restated_figures_are_listed_with_both_files_and_days(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    change(root, "restatements", pd.DataFrame(ROWS))
    (table,) = tables(root, "unknown", "18 figures corrected by newer exports")
    assert len(table["rows"]) == 15
    assert table["rows"][0] == [
        "youtube, 2026-07-01: Views", "1,200", "1,234.5", "youtube.csv, Aug 1, 2026", "youtube.csv, Oct 2, 2026",
    ]  # fmt: skip
    assert table["note"].endswith("3 more cases are not listed here.")
    assert "restatements.csv" in [
        item["name"] for item in described(open_review("la-quercia", QUARTER, root))
    ]


def test_without_restated_figures_nothing_is_said(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    assert "corrected" not in told(root, "unknown")
    change(root, "restatements", empty("restatements"))
    assert "corrected" not in told(root, "unknown")


# ---- two tools for one site


@pytest.mark.parametrize(
    ("language", "words"), [("it", "valgono le cifre di GA4"), ("en", "figures of GA4 are used")]
)
def test_the_tool_whose_days_are_used_is_named_without_an_alarm(
    tmp_path: Path, language: str, words: str
) -> None:
    root = workspace(tmp_path, 3, language)
    rows = [{"path": "site/matomo.csv", "code": "IN-DATE-08", "text": "GA4"}]
    change(root, "quarantine", pd.DataFrame(rows))
    assert words in told(root, "unknown", language)
    assert "INCOMPL" not in told(root, "bottom_line", language)


# ---- bands of other clients


def with_bands(root: Path, clients: int = 7, sha: str = "") -> Path:
    workspace(root, 10)
    band = {"clients": clients, "activities": 19, "p10": 0.2, "p50": 0.9, "p90": 2.4}
    content = json.dumps({"version": 1, "bands": {"post": band, "deck": band, "newsletter": band}}).encode()
    folder = root / "data/processed/portfolio"
    folder.mkdir()
    (folder / "portfolio.json").write_bytes(content)
    used = {"file": "portfolio.json", "sha256": sha or sha256(content).hexdigest(), "clients": 9}
    (root / "data/processed/la-quercia" / QUARTER / "portfolio.json").write_text(json.dumps(used))
    return root


def test_the_clients_own_stands_beside_the_band_of_others(tmp_path: Path) -> None:
    (table,) = tables(with_bands(tmp_path), "effort_against_results", "Beside other clients")
    kinds = [row[0] for row in table["rows"]]
    assert kinds == ["Presentations", "Mailings", "Posts"]
    (posts,) = (row for row in table["rows"] if row[0] == "Posts")
    assert posts[2:] == ["0.2 to 2.4", "0.9", "7"]
    assert "Blog\u00a0· articles" in posts[1]
    assert "Flickr" not in posts[1]


@pytest.mark.parametrize(("clients", "sha"), [(4, ""), (7, "another")])
def test_no_band_of_fewer_than_five_nor_of_another_file_than_the_verdicts(
    tmp_path: Path, clients: int, sha: str
) -> None:
    assert "Beside other clients" not in told(with_bands(tmp_path, clients, sha), "effort_against_results")


# ---- page nine and ten


def test_characters_that_cannot_be_printed_are_counted(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    path = root / "data/raw/la-quercia/client.toml"
    path.write_text(path.read_text("utf-8").replace("Studio Girasole", "Studio ᠠ\\u202e"), "utf-8")
    assert "In names and texts 2 characters cannot be printed" in told(root, "unknown")
    path.write_text(path.read_text("utf-8").replace("\\u202e", ""), "utf-8")
    assert "Nei nomi e nei testi un carattere non si può stampare" in told(root, "unknown", "it")


def test_ordinary_texts_are_not_counted(tmp_path: Path) -> None:
    assert "cannot be printed" not in told(workspace(tmp_path, 10), "unknown")


def test_without_any_file_nothing_is_said_of_days_and_rows(tmp_path: Path) -> None:
    text = told(workspace(tmp_path, 0), "unknown")
    assert "No file was read." in text
    assert "cover every day" not in text
    assert "Every file was recognised" not in text


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_method_takes_half_a_page_and_names_its_thresholds(tmp_path: Path, language: str) -> None:
    review = open_review("la-quercia", QUARTER, workspace(tmp_path, 3), language)
    (method, *_) = (block for block in show.appendix(review).blocks if block["kind"] == "list")
    words = ["".join(s if isinstance(s, str) else s["text"] for s in item) for item in method["items"]]
    assert len(words) == 6
    assert 900 < sum(map(len, words)) < 1700
    assert str(THRESHOLDS["min_outcomes"]["value"]) in re.findall(r"\d+", words[2])
    assert str(THRESHOLDS["min_weeks"]["value"]) in re.findall(r"\d+", words[4])


@pytest.mark.parametrize(
    ("audience", "said"), [("client", "Edition for the client"), ("agency", "Internal edition")]
)
def test_the_edition_is_told(tmp_path: Path, audience: Any, said: str) -> None:
    review = open_review("la-quercia", QUARTER, workspace(tmp_path, 3), "en", audience)
    assert said in show.appendix(review).plain()


def test_before_there_are_verdicts_the_page_has_no_bands(tmp_path: Path) -> None:
    """The second notebook shows the page, the third writes the verdicts."""
    root = with_bands(tmp_path)
    (root / "data/processed/la-quercia" / QUARTER / "flags.parquet").unlink()
    assert "Beside other clients" not in told(root, "effort_against_results")
