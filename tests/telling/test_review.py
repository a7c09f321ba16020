"""Opening a review, the tables attached to the report, and what a notebook shows."""

import csv
import json
from datetime import date
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from tables_for_tests import QUARTER, THRESHOLDS, change, workspace

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.tables import empty
from sharedsocial_utils.telling import attachments, document, open_review, show
from sharedsocial_utils.telling.attached import ATTACHED, CODEBOOK, MANIFEST, as_csv
from sharedsocial_utils.telling.blocks import DOCUMENT_MIME, MIME

TABLES_ATTACHED = [f"tables/{name}.csv" for name in ATTACHED]


def test_the_language_is_the_clients_unless_given(tmp_path: Path) -> None:
    root = workspace(tmp_path, language="en")
    assert open_review("la-quercia", QUARTER, root).language == "en"
    assert open_review("la-quercia", QUARTER, str(root), "it").language == "it"


def test_tables_are_read_when_asked_for(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    (root / "data/processed/la-quercia" / QUARTER / "flags.parquet").unlink()
    review = open_review("la-quercia", QUARTER, root)
    assert len(review.table("sources")) == 3
    assert review.table("sources") is review.table("sources")
    with pytest.raises(Fault, match="flags is missing") as caught:
        review.table("flags")
    assert caught.value.code == "WS-03"


@pytest.mark.parametrize(
    ("client", "quarter", "code"),
    [("nobody", QUARTER, "CL-01"), ("../x", QUARTER, "CL-05"), ("la-quercia", "2026-3", "CL-07")],
)
def test_what_is_refused(tmp_path: Path, client: str, quarter: str, code: str) -> None:
    with pytest.raises(Fault) as caught:
        open_review(client, quarter, workspace(tmp_path))
    assert caught.value.code == code


def test_thresholds_that_are_missing_are_a_fault(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    (root / "data/processed/la-quercia" / QUARTER / "thresholds.json").unlink()
    with pytest.raises(Fault, match="thresholds") as caught:
        show.verdicts(open_review("la-quercia", QUARTER, root))
    assert caught.value.code == "WS-03"


@pytest.mark.parametrize(
    ("sources", "day"),
    [
        ([("2026-09-30", None), ("2026-08-01", None)], date(2026, 9, 30)),
        ([("2026-12-24", "2026-09-29"), ("2026-08-01", None)], date(2026, 9, 29)),
        ([("2026-09-20", "2026-10-05")], date(2026, 9, 20)),
        ([(None, None)], date(2026, 9, 30)),
        ([], date(2026, 9, 30)),
    ],
)
def test_as_of_is_the_last_day_covered_and_never_a_planned_one(
    tmp_path: Path, sources: list[tuple[str | None, str | None]], day: date
) -> None:
    rows = [
        {
            "path": f"{n}",
            "sha256": f"{n}",
            "last_date": pd.Timestamp(last),
            "as_of": pd.Timestamp(as_of or "NaT"),
        }
        if last
        else {"path": f"{n}", "sha256": f"{n}"}
        for n, (last, as_of) in enumerate(sources)
    ]
    change(workspace(tmp_path), "sources", pd.DataFrame(rows) if rows else empty("sources"))
    assert open_review("la-quercia", QUARTER, tmp_path).as_of == day


@pytest.mark.parametrize(
    ("activity", "name", "short"),
    [
        ("blog-replies", "Blog\u00a0· risposte ai commenti", "Blog\u00a0· risposte ai commenti"),
        ("blog-posts", "Blog\u00a0· articoli (blog-posts)", "Blog\u00a0· articoli (blog-posts)"),
        ("flickr-photos", "Flickr\u00a0· foto", "Flickr"),
        ("newsletter", "Newsletter", "Newsletter"),
        ("google-ads", "Google Ads", "Google Ads"),
        ("monitoring", "Monitoraggio", "Monitoraggio"),
        ("start-google-business", "Google Business", "Google Business"),
        ("of-an-older-file", "of-an-older-file", "of-an-older-file"),
    ],
)
def test_names_of_activities(tmp_path: Path, activity: str, name: str, short: str) -> None:
    names = open_review("la-quercia", QUARTER, workspace(tmp_path, 25)).names
    assert names.activity(activity) == name
    assert names.short(activity) == short


def test_names_of_people_are_never_addresses(tmp_path: Path) -> None:
    names = open_review("la-quercia", QUARTER, workspace(tmp_path)).names
    assert [names.person(id_) for id_ in ("front-desk", "Zio Peppe")] == ["Front Desk", "Zio Peppe"]


def test_document_tells_the_exporter_everything(tmp_path: Path) -> None:
    about = document(open_review("la-quercia", QUARTER, workspace(tmp_path)))
    assert about["title"] == "Agriturismo La Quercia: revisione del 3º trimestre 2026"
    assert about["language"] == "it"
    assert about["authors"] == ["La Quercia", "Studio Girasole"]
    assert about["date"] == "2026-09-30"
    assert about["strict"] is True
    assert about["page_words"] == {"page": "pagina", "of": "di"}
    assert [a["path"] for a in about["attachments"]] == [*TABLES_ATTACHED, CODEBOOK, MANIFEST]
    assert about["attachments"][-1]["name"] == "manifest.json"
    assert about["attachments"][4]["description"] == "giudizi con i loro dati"


def test_attachments_are_the_tables_and_always_the_same(tmp_path: Path) -> None:
    review = open_review("la-quercia", QUARTER, workspace(tmp_path))
    listed = attachments(review, tmp_path / "a")
    attachments(review, tmp_path / "b")
    assert listed == document(review)["attachments"]
    for item in listed:
        first = (tmp_path / "a" / item["path"]).read_bytes()
        assert first == (tmp_path / "b" / item["path"]).read_bytes()
        if item["path"] not in TABLES_ATTACHED:
            continue
        rows = list(csv.DictReader(first.decode().splitlines()))
        frame = review.table(Path(item["path"]).stem)
        assert len(rows) == len(frame)
        assert list(rows[0]) == list(frame.columns)
    read = pd.read_csv(tmp_path / "a/tables/channel_quarter.csv")
    assert read["cost"].sum() == pytest.approx(review.table("channel_quarter")["cost"].sum())


@pytest.mark.parametrize(
    "first",
    [
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "＝",
        "＋",
        "－",
        "＠",
        " =",
        "\n+",
        "\u00a0-",
        '"=',
        "'@",
        "“=",
        "' \"=",
    ],
)
def test_a_text_that_a_spreadsheet_would_compute_is_quoted(first: str) -> None:
    frame = pd.DataFrame({"text": [f"{first}1+1", f"a{first}", None], "number": [-1.5, 2.0, None]})
    rows = list(csv.reader(StringIO(as_csv(frame), newline="")))
    assert rows == [["text", "number"], [f"'{first}1+1", "-1.5"], [f"a{first}", "2.0"], ["", ""]]


def test_days_in_attachments_are_iso_and_counts_are_whole() -> None:
    frame = pd.DataFrame(
        {"day": [pd.Timestamp("2026-09-30"), pd.NaT], "n": pd.array([3, None], dtype="Int64")}
    )
    assert as_csv(frame) == "day,n\r\n2026-09-30,3\r\n,\r\n"


def test_the_document_cell_writes_the_tables_and_shows_the_metadata(tmp_path: Path) -> None:
    review = open_review("la-quercia", QUARTER, workspace(tmp_path))
    bundle = show.document(review)._repr_mimebundle_()
    assert json.loads(json.dumps(bundle[DOCUMENT_MIME])) == document(review)
    written = sorted(path.name for path in (tmp_path / "reports/la-quercia" / QUARTER / "tables").iterdir())
    assert [f"tables/{name}" for name in written] == sorted([*TABLES_ATTACHED, CODEBOOK, MANIFEST])


def test_the_codebook_explains_every_column_and_metric_of_the_attached_tables(tmp_path: Path) -> None:
    review = open_review("la-quercia", QUARTER, workspace(tmp_path))
    frame = pd.DataFrame([{"channel": "blog", "metric": "reach", "value": 3.0}])
    change(tmp_path, "metrics", frame)
    attachments(review, tmp_path)
    rows = list(csv.DictReader((tmp_path / CODEBOOK).read_text("utf-8").splitlines()))
    told = {(row["table"], row["column"]): row for row in rows}
    for path in TABLES_ATTACHED:
        name = Path(path).stem
        assert [c for t, c in told if t == name] == list(review.table(name).columns)
    assert told["channel_quarter", "cost_per_contact"]["unit"] == "currency per contact"
    assert told["metrics", "reach"]["meaning"].startswith("persone diverse")
    assert all(row["meaning"] for row in rows)


def test_the_attached_manifest_names_every_input_with_its_hash(tmp_path: Path) -> None:
    review = open_review("la-quercia", QUARTER, workspace(tmp_path))
    attachments(review, tmp_path)
    told = json.loads((tmp_path / MANIFEST).read_text("utf-8"))
    sources = review.table("sources")
    assert told["inputs"] == dict(zip(sources["path"], sources["sha256"], strict=True))
    assert (told["edition"], told["fingerprint"]) == ("client", review.fingerprint)
    assert told["thresholds"]["min_weeks"]["value"] == THRESHOLDS["min_weeks"]["value"]


@pytest.mark.parametrize(
    "page",
    ["bottom_line", "promises", "time", "who_does_what", "verdicts", "next_quarter", "sources", "quarantine"],
)
def test_what_a_notebook_shows(tmp_path: Path, page: str) -> None:
    shown = getattr(show, page)(open_review("la-quercia", QUARTER, workspace(tmp_path)))
    bundle = shown._repr_mimebundle_()
    assert bundle.keys() == {MIME, "text/html", "text/plain"}
    assert repr(shown) == bundle["text/plain"]
    html = bundle["text/html"]
    for tag in ("table", "tr", "ul", "li", "p", "svg"):
        assert html.count(f"<{tag}>") + html.count(f"<{tag} ") == html.count(f"</{tag}>"), tag
    assert html.count("<svg") == sum(block["kind"] == "figure" for block in shown.blocks)
    assert "<script" not in html


def test_the_plain_text_holds_the_table_in_columns(tmp_path: Path) -> None:
    lines = repr(show.unmatched(open_review("la-quercia", QUARTER, workspace(tmp_path)))).splitlines()
    assert lines[1:] == [
        "Progetti che non appartengono ad alcuna attività",
        "Progetto          Ore",
        "Matrimonio Rossi  12,0",
        "Fiera             8,0",
        "Altro             3,5",
    ]
