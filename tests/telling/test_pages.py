"""The pages: blocks that the exporter takes, every number from the tables, one language at a time."""

import atexit
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from pypdf import PdfReader
from tables_for_tests import QUARTER, THRESHOLDS, change, workspace

from sharedsocial_utils.tables import empty, read_table
from sharedsocial_utils.telling import Review, document, open_review, show
from sharedsocial_utils.telling.blocks import MIME
from sharedsocial_utils.telling.pages import effort_against_results, time
from sharedsocial_utils.telling.shown import Shown
from sharedsocial_utils.typst_export import TypstPDFExporter

PAGES = (
    "bottom_line",
    "promises",
    "time",
    "who_does_what",
    "results",
    "effort_against_results",
    "verdicts",
    "next_quarter",
    "unknown",
    "appendix",
)
ANALYST = ("sources", "quarantine", "unmatched")
BOTH = ("it", "en")


def opened(folder: Path, activities: int = 10, language: str = "it") -> Review:
    return open_review("la-quercia", QUARTER, workspace(folder, activities), language)


@cache
def invented(activities: int, language: str) -> Review:
    """A review that no test changes."""
    folder = Path(mkdtemp(prefix="pages-"))
    atexit.register(rmtree, folder)
    return opened(folder, activities, language)


@cache
def page_of(name: str, activities: int = 10, language: str = "it") -> Shown:
    """A page of it, made once for all tests that only look at it."""
    return shown(invented(activities, language), name)


def shown(review: Review, page: str) -> Shown:
    result: Shown = getattr(show, page)(review)
    return result


def strings(data: Any) -> Iterator[str]:
    """Every text of a block, drawings and names of kinds aside."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        skipped = ("svg", "kind", "tone", "align", "width", "style")
        yield from (text for key, value in data.items() if key not in skipped for text in strings(value))
    elif isinstance(data, list | tuple):
        yield from (text for value in data for text in strings(value))


def table_of(page: Shown, title: str | None = None) -> dict[str, Any]:
    return next(b for b in page.blocks if b["kind"] == "table" and (title is None or b["title"] == title))


def pdf_of(review: Review, pages: Iterable[Shown]) -> PdfReader:
    """Pages as the exporter prints them, without the attachments."""
    cells = []
    for page in pages:
        bundle = json.loads(json.dumps(page._repr_mimebundle_()))
        cells.append(new_code_cell("import this", outputs=[new_output("display_data", data=bundle)]))
    metadata = {**document(review), "attachments": []}
    notebook = new_notebook(cells=cells, metadata={"typst_export": metadata})
    nbformat.validate(notebook)
    pdf, _ = TypstPDFExporter().from_notebook_node(notebook)
    return PdfReader(BytesIO(pdf))


@pytest.mark.parametrize("activities", [0, 3, 25])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_begins_with_its_title_and_holds_no_empty_number(page: str, activities: int) -> None:
    for language in BOTH:
        bundle = page_of(page, activities, language)._repr_mimebundle_()
        blocks = json.loads(json.dumps(bundle, allow_nan=False))[MIME]["blocks"]
        assert [block["kind"] for block in blocks].count("page") == 1
        assert blocks[0]["kind"] == "page"
        assert len(blocks[0]["title"].split()) <= 18
        assert len(blocks) > 1
        texts = list(strings(blocks))
        assert not [text for text in texts if re.search(r"\bnan\b|\bNaN\b|<NA>|\bNone\b|\{|\}", text)]


@pytest.mark.parametrize("page", [*PAGES, *ANALYST])
def test_equal_tables_give_equal_pages(tmp_path: Path, page: str) -> None:
    again = shown(opened(tmp_path), page)
    assert page_of(page).blocks == again.blocks


def test_no_english_in_the_italian_report_nor_italian_in_the_english_one() -> None:
    """What stands in both reports alike is a name, a file or a number."""
    texts = {
        language: {text for page in PAGES for text in strings(list(page_of(page, 25, language).blocks))}
        for language in BOTH
    }
    words = re.compile(r"[a-zà-ù]{3,} [a-zà-ù]{2,}|[A-Z][a-z]+ [a-zà-ù]{2,} [a-zà-ù]{2,}")
    same = [text for text in texts["it"] & texts["en"] if words.search(text)]
    assert same == ["La padrona di casa"]  # a person's name


def test_key_figures_are_sums_of_the_tables() -> None:
    review = invented(25, "en")
    numbers = next(b for b in page_of("bottom_line", 25, "en").blocks if b["kind"] == "numbers")["items"]
    frame = read_table(review.folder, "channel_quarter")
    mine = frame[frame["hours_company"].notna()]
    told = [float(re.sub(r"[^\d.]", "", item["value"])) for item in numbers]
    columns = ("hours_company", "hours_agency", "cost", "visits", "contacts")
    assert told == pytest.approx([mine[name].sum() for name in columns], abs=0.5)
    assert numbers[3]["note"] == f"of {frame['visits'].sum():,.0f} in all"


def test_rows_of_page_one_add_up_to_its_total() -> None:
    for activities in (3, 25):
        table = table_of(page_of("bottom_line", activities, "en"))
        visits = [int(row[5].replace(",", "")) for row in table["rows"] if row[5]]
        assert sum(visits) == int(table["total"][5].replace(",", ""))


def test_page_one_names_every_verdict_of_a_channel() -> None:
    table = table_of(page_of("bottom_line"))
    at = next(place for place, row in enumerate(table["rows"]) if row[0] == "Facebook")
    first, second = table["rows"][at : at + 2]
    assert [first[1]["badge"], second[1]["badge"]] == ["POTENZIARE", "MANTENERE"]
    assert second[0] == ""
    assert first[7] == "post: altre ore ripagherebbero"


def test_a_start_has_its_line_and_its_stop_criterion() -> None:
    page = page_of("bottom_line", 10, "en")
    row = next(row for row in table_of(page)["rows"] if row[0] == "Pinterest")
    assert row[1] == {"badge": "START", "tone": "start"}
    items = next(b for b in page.blocks if b["kind"] == "list")["items"]
    told = "".join(strings(items[1])).replace("\xa0", " ")
    assert told == (
        "START Pinterest: contacts without work; a pilot of 2 hours a week for 13 weeks, to stop with fewer "
        "than 4 contacts."
    )


def balance(review: Review) -> list[str]:
    """The second list of page one, as text."""
    lists = [block for block in shown(review, "bottom_line").blocks if block["kind"] == "list"]
    return ["".join(strings(item)).replace("\xa0", " ") for item in lists[1]["items"]]


def test_page_one_tells_cost_and_return_and_what_became_of_the_promises(tmp_path: Path) -> None:
    told = balance(opened(tmp_path, 3, "en"))
    frame = read_table(tmp_path / "data/processed/la-quercia" / QUARTER, "channel_quarter")
    mine = frame[frame["hours_company"].notna()]
    cost, contacts, won = (mine[name].sum() for name in ("cost", "contacts", "won_value"))
    assert told[0] == (
        f"Cost and return: €{cost:,.0f} for {contacts:.0f} contacts from these channels, "
        f"€{cost / contacts:.2f} each; deals won on them: €{won:,.0f}."
    )
    pieces = "1 of 3 planned pieces was done in time."
    assert told[1] == f"Last time. 1 of 2 decisions was carried out. {pieces}"


def test_a_contact_of_unknown_cost_does_not_make_the_others_cheap(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    frame = read_table(root / "data/processed/la-quercia" / QUARTER, "channel_quarter").set_index("channel")
    frame.loc["flickr", ["cost", "contacts", "won_value"]] = [float("nan"), 1000.0, 5000.0]
    frame.loc["blog", ["cost", "contacts", "won_value"]] = [300.0, 10.0, 40.0]
    frame.loc["facebook", ["cost", "contacts", "won_value"]] = [100.0, float("nan"), float("nan")]
    change(root, "channel_quarter", frame.reset_index())
    assert balance(open_review("la-quercia", QUARTER, root, "en"))[0] == (
        "Cost and return: €300 for 10 contacts from these channels, €30 each; deals won on them: €40; "
        "without Facebook and Flickr: cost or contacts are not known."
    )


def undivided(folder: Path, *ratios: str) -> Path:
    """A workspace whose time sheets or results cover a part of the quarter: these ratios are missing."""
    root = workspace(folder, 3)
    frame = read_table(root / "data/processed/la-quercia" / QUARTER, "channel_quarter")
    change(root, "channel_quarter", frame.assign(**dict.fromkeys(ratios, float("nan"))))
    return root


def test_page_one_divides_no_sums_of_different_days(tmp_path: Path) -> None:
    root = undivided(tmp_path, "cost_per_contact")
    frame = read_table(root / "data/processed/la-quercia" / QUARTER, "channel_quarter")
    mine = frame[frame["hours_company"].notna()]
    cost, contacts, won = (round(mine[name].sum()) for name in ("cost", "contacts", "won_value"))
    assert balance(open_review("la-quercia", QUARTER, root, "en"))[0] == (
        f"Cost and return: €{cost:,} and {contacts} contacts from these channels are on record, but not of "
        f"the same days: what a contact cost is not known; deals won on them: €{won:,}."
    )


def test_that_nothing_came_back_is_not_said_of_a_part_of_the_quarter(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    folder = root / "data/processed/la-quercia" / QUARTER
    frame, weekly = read_table(folder, "channel_quarter"), read_table(folder, "activity_weekly")
    change(root, "channel_quarter", frame.assign(contacts=0.0, cost_per_contact=float("nan")))
    assert "no contact" in balance(open_review("la-quercia", QUARTER, root, "en"))[0]
    assert "no contact" in effort_against_results.title(open_review("la-quercia", QUARTER, root, "en"))
    known = weekly["contacts"].mask(weekly["week"] < "2026-07-27", float("nan"))
    change(root, "activity_weekly", weekly.assign(contacts=known))
    review = open_review("la-quercia", QUARTER, root, "en")
    assert not any("no contact" in line for line in balance(review))
    assert effort_against_results.title(review) == "Effort against results: no contact to compare"


RATIOS = ("cost_per_visit", "cost_per_interaction", "cost_per_contact", "hours_per_contact")


@pytest.mark.parametrize("ratio", RATIOS)
def test_the_total_of_a_ratio_is_missing_where_its_channels_are(tmp_path: Path, ratio: str) -> None:
    """The sums beside it stay; only what is not of the same days is not divided."""
    page = shown(
        open_review("la-quercia", QUARTER, undivided(tmp_path, ratio), "en"), "effort_against_results"
    )
    table = table_of(page, "Effort and results by channel")
    place = 1 + ["hours", "spend", "cost", "visits", RATIOS[0], RATIOS[1], "contacts", *RATIOS[2:]].index(
        ratio
    )
    assert [row[place] for row in [*table["rows"], table["total"]]] == [None] * (len(table["rows"]) + 1)
    whole = shown(opened(tmp_path, 3, "en"), "effort_against_results")
    total = table_of(whole, "Effort and results by channel")["total"]
    assert total[place] is not None
    assert [cell for n, cell in enumerate(table["total"]) if n != place] == [
        cell for n, cell in enumerate(total) if n != place
    ]


def test_the_interval_of_a_cost_is_told_to_who_cannot_see_it(tmp_path: Path) -> None:
    review = opened(tmp_path, 3, "en")
    (figure,) = [
        block for block in shown(review, "effort_against_results").blocks if block["kind"] == "figure"
    ]
    rows = review.table("channel_quarter").dropna(subset=["cost_per_contact"])
    cheapest = rows.sort_values("cost_per_contact").iloc[0]
    low, high = (review.words.money(cheapest[f"cost_per_contact_{end}"]) for end in ("low", "high"))
    assert f"90% interval {low} to {high})" in figure["alt"]
    assert "the 90% interval" in figure["note"]


def test_a_contact_of_other_days_than_its_cost_is_not_called_none(tmp_path: Path) -> None:
    review = open_review("la-quercia", QUARTER, undivided(tmp_path, "cost_per_contact"), "en")
    told = "What a contact cost is not known: hours, bills and contacts are not of the same days"
    assert effort_against_results.title(review) == told
    page = shown(review, "effort_against_results")
    (figure,) = [block for block in page.blocks if block["kind"] == "figure"]
    known = figure["alt"].replace("\xa0", " ")
    assert known == f"{told}. 3 channels with a cost; what a contact cost is not known of any."
    assert "of different days" in " ".join(strings(figure["svg"]))
    assert "no contact" not in " ".join(strings(page.blocks))


def test_whose_protected_time_no_sheet_tells_of_is_named(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    said = "No time sheet tells what became of the protected time of La padrona di casa."
    assert said not in list(strings(shown(open_review("la-quercia", QUARTER, root, "en"), "time").blocks))
    frame = read_table(root / "data/processed/la-quercia" / QUARTER, "people_quarter")
    unknown = frame["protected_promised_hours"].mask(frame["person"] == "owner")
    change(root, "people_quarter", frame.assign(protected_promised_hours=unknown))
    assert said in list(strings(shown(open_review("la-quercia", QUARTER, root, "en"), "time").blocks))


@pytest.mark.parametrize(
    ("metric", "unknown", "said"),
    [("visits", "visits", "target.unknown"), ("visits", "contacts", "target.missed"),
     ("contacts", "contacts", "target.unknown"), ("interactions", "visits", "target.missed")],
)  # fmt: skip
def test_a_target_is_not_missed_while_the_files_it_rests_on_leave_out_a_part(
    tmp_path: Path, metric: str, unknown: str, said: str
) -> None:
    root = workspace(tmp_path, 3)
    folder = root / "data/processed/la-quercia" / QUARTER
    weekly, frame = read_table(folder, "activity_weekly"), read_table(folder, "channel_quarter")
    before = weekly["week"] < "2026-08-15"
    change(root, "activity_weekly", weekly.assign(**{unknown: weekly[unknown].mask(before)}))
    blog = frame["channel"] == "blog"
    told = {"target_metric": frame["target_metric"].mask(blog, metric), "target_share": 0.4}
    change(root, "channel_quarter", frame.assign(**told))
    review = open_review("la-quercia", QUARTER, root, "en")
    table = next(block for block in shown(review, "results").blocks if block["kind"] == "table")
    assert list(strings(table["rows"][0][-1])) == [review.say(said)]


def test_page_one_says_that_nothing_was_promised_and_nothing_came_back(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    frame = read_table(root / "data/processed/la-quercia" / QUARTER, "channel_quarter")
    change(root, "channel_quarter", frame.assign(contacts=0.0, won_value=float("nan")))
    cost = round(frame["cost"].sum())
    for table in ("followup", "plan_items"):
        change(root, table, empty(table))
    for language, expected in (
        ("it", [f"Costo e resa: {cost // 1000}.{cost % 1000:03} € e nessun contatto da questi canali.",
                "La volta scorsa. Nessun impegno è registrato."]),
        ("en", [f"Cost and return: €{cost:,} and no contact from these channels.",
                "Last time. No promise is on record."]),
    ):  # fmt: skip
        assert balance(open_review("la-quercia", QUARTER, root, language)) == expected


def test_hours_of_a_quarter_in_which_one_side_recorded_nothing_are_no_total(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    frame = read_table(root / "data/processed/la-quercia" / QUARTER, "channel_quarter").set_index("channel")
    frame.loc["blog", "previous_hours_company"] = float("nan")
    frame.loc["flickr", ["hours_company", "previous_hours_company"]] = float("nan")
    before = time._before(open_review("la-quercia", QUARTER, root, "en"), frame)
    assert pd.isna(before["blog"]), "the company's hours of the quarter before are not known"
    assert before["flickr"] == frame.loc["flickr", "previous_hours_agency"], "it never recorded any"
    both = frame.loc["facebook", ["previous_hours_company", "previous_hours_agency"]]
    assert before["facebook"] == both.sum() > 0


def test_a_refused_file_makes_the_report_incomplete(tmp_path: Path) -> None:
    review = opened(tmp_path)
    warning = next(b for b in shown(review, "bottom_line").blocks if b["kind"] == "warning")
    assert warning["text"] == (
        "INCOMPLETO. Un file non è stato letto, o non fino in fondo: old/stats.bin. Le cifre che ne "
        "dipendono possono essere più basse del vero."
    )


@pytest.mark.parametrize(
    ("code", "line", "banner"),
    [
        ("IN-FILE-03", "40", True),
        ("IN-FILE-05", None, False),
        ("IN-FILE-12", None, True),
        ("IN-FILE-09", None, False),
        ("IN-PRIV-01", None, False),
        ("IN-NUM-02", "40", False),
    ],
)
def test_which_faults_make_it_incomplete(tmp_path: Path, code: str, line: str | None, banner: bool) -> None:
    change(workspace(tmp_path), "quarantine", pd.DataFrame([{"path": "a.csv", "line": line, "code": code}]))
    review = open_review("la-quercia", QUARTER, tmp_path)
    kinds = [block["kind"] for block in shown(review, "bottom_line").blocks]
    assert ("warning" in kinds) is banner


def test_many_refused_files_are_counted(tmp_path: Path) -> None:
    rows = [{"path": f"f{place}.bin", "code": "IN-FILE-12"} for place in range(9)]
    change(workspace(tmp_path), "quarantine", pd.DataFrame(rows))
    for language, expected in (
        (
            "it",
            "INCOMPLETO. 9 file non sono stati letti, o non fino in fondo: f0.bin, f1.bin, f2.bin e altri 6.",
        ),
        (
            "en",
            "INCOMPLETE. 9 files could not be read, or not to their end: f0.bin, f1.bin, f2.bin, and 6 more.",
        ),
    ):
        review = open_review("la-quercia", QUARTER, tmp_path, language)
        warning = next(b for b in shown(review, "bottom_line").blocks if b["kind"] == "warning")
        assert warning["text"].startswith(expected)


def test_a_file_that_no_reader_knows_is_named_without_an_alarm(tmp_path: Path) -> None:
    row = {"path": "nota.txt", "code": "IN-FILE-05"}
    change(workspace(tmp_path), "quarantine", pd.DataFrame([row]))
    for language, told in (
        ("it", "1 file non riconosciuto: nota.txt."),
        ("en", "1 file not recognised: nota.txt."),
    ):
        review = open_review("la-quercia", QUARTER, tmp_path, language)
        blocks = shown(review, "bottom_line").blocks
        assert blocks[-1]["text"].endswith(told)
        assert "warning" not in [block["kind"] for block in blocks]


def test_what_is_not_known_of_an_activity_is_not_told_as_a_figure(tmp_path: Path) -> None:
    def card(**values: Any) -> dict[str, Any]:
        root = workspace(tmp_path)
        frame = read_table(root / "data/processed/la-quercia" / QUARTER, "flags")
        frame = frame[frame["activity"] == "blog-posts"]
        change(root, "flags", frame.assign(flag="WATCH", weeks=2, evidence_contacts=0.0, **values))
        page = shown(open_review("la-quercia", QUARTER, root, "en"), "verdicts")
        (only,) = next(b for b in page.blocks if b["kind"] == "cards")["cards"]
        return dict(only)

    told = "".join(strings(card(reason="contacts-unknown")["lines"][0]))
    assert told.replace("\xa0", " ") == "Evidence: contacts not known, 2 weeks of work."
    nothing = dict.fromkeys(("p_worth", "roi_low", "roi_median", "roi_high"), float("nan"))
    assert card(reason="role-unseen", **nothing)["lead"] == "Its role does not show in contacts."
    assert card(reason="role-unseen")["lead"].startswith("Its figures ask for less")


def test_posts_of_other_accounts_are_not_the_whole_file(tmp_path: Path) -> None:
    rows = [{"path": path, "code": "IN-ACC-01"} for path in ("site/ga4.csv", "altro.csv")]
    change(workspace(tmp_path), "quarantine", pd.DataFrame(rows))
    page = shown(open_review("la-quercia", QUARTER, tmp_path, "en"), "unknown")
    told = {row[0]: row[1:3] for row in table_of(page, "Files and rows not used")["rows"]}
    assert told["site/ga4.csv"] == ["posts of other accounts were left out", "a part"]
    assert told["altro.csv"][1] == "whole file"
    assert told["altro.csv"][0] != told["site/ga4.csv"][0]


def test_the_state_of_a_target_is_not_told_while_days_are_missing(tmp_path: Path) -> None:
    def state(covered: int, share: float, metric: str = "interactions") -> str:
        root = workspace(tmp_path)
        frame = read_table(root / "data/processed/la-quercia" / QUARTER, "channel_quarter")
        blog = frame["channel"] == "blog"
        frame.loc[blog, "covered_days"], frame.loc[blog, "target_share"] = covered, share
        frame.loc[blog, "target_metric"] = metric
        change(root, "channel_quarter", frame)
        page = shown(open_review("la-quercia", QUARTER, root, "en"), "results")
        return str(table_of(page, "Targets")["rows"][0][-1]["badge"])

    assert state(92, 1.0) == "reached"
    assert state(92, 0.9) == "nearly reached"
    assert state(92, 0.89) == "missed"
    assert state(60, 0.89) == "cannot be told"
    assert state(60, 1.2) == "reached"
    assert state(0, 0.4, "visits") == "missed", "the site tells of visits, whatever the channel's files cover"


def test_missing_is_a_dash_never_a_zero(tmp_path: Path) -> None:
    frame = read_table(workspace(tmp_path) / "data/processed/la-quercia" / QUARTER, "channel_quarter")
    missing = frame["channel"] == "blog"
    frame.loc[missing, ["interactions", "previous_visits", "contacts"]] = float("nan")
    change(tmp_path, "channel_quarter", frame)
    page = shown(open_review("la-quercia", QUARTER, tmp_path, "en"), "results")
    rows = {row[0]: row[1:] for row in table_of(page, "Results by channel")["rows"]}
    assert [rows["Blog"][place] is None for place in range(5)] == [False, True, True, False, True]
    assert "Everything else" in rows


def test_hours_that_nobody_can_work_are_not_planned_hours(tmp_path: Path) -> None:
    rows = [
        {
            "activity": "blog-posts",
            "side": "company",
            "person": "front-desk",
            "hours_per_week": 2.0,
            "reason": "keep",
        },
        {"activity": "blog-posts", "side": "agency", "hours_per_week": 1.0, "reason": "hours-missing"},
    ]
    change(workspace(tmp_path), "plan", pd.DataFrame(rows))
    page = shown(open_review("la-quercia", QUARTER, tmp_path, "en"), "next_quarter")
    figure = next(b for b in page.blocks if b["kind"] == "figure")
    assert figure["title"].replace("\xa0", " ") == "La Quercia plans 2 hours a week, Studio Girasole 0 hours"
    blog = next(
        r for r in table_of(page, "Hours a week, now and next")["rows"] if r[0] == "Blog\u00a0· articles"
    )
    assert blog[3] == "2.0"
    assert blog[4].replace("\xa0", " ") == "1 hour that nobody has; as agreed"


def test_many_sources_are_told_by_format(tmp_path: Path) -> None:
    rows = [
        {
            "path": f"toggl/{n}.csv",
            "sha256": f"{n}",
            "reader": "toggl" if n else None,
            "rows_read": 10,
            "rows_kept": 9,
        }
        for n in range(41)
    ]
    change(workspace(tmp_path), "sources", pd.DataFrame(rows))
    page = shown(open_review("la-quercia", QUARTER, tmp_path), "appendix")
    table = table_of(page, "File letti")
    assert [row[:2] for row in table["rows"]] == [["Toggl Track", "40"], ["non riconosciuto", "1"]]
    assert table["total"][4] == "410"


@pytest.mark.parametrize("page", PAGES)
def test_figures_say_in_words_what_they_show(page: str) -> None:
    blocks = page_of(page).blocks
    title = blocks[0]["title"]
    for figure in (block for block in blocks if block["kind"] == "figure"):
        assert figure["alt"].startswith(figure["title"] or title)
        assert len(figure["alt"]) > len(figure["title"] or title) + 20
        assert figure["svg"].startswith("<svg")


HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> #let x = 1 *b* _i_ $m$ @ref \u202e\U0001f95a"


def test_text_of_a_client_stays_text(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    frame = read_table(root / "data/processed/la-quercia" / QUARTER, "plan_items")
    change(root, "plan_items", frame.assign(title=HOSTILE))
    page = shown(open_review("la-quercia", QUARTER, root), "promises")
    assert [text for text in strings(list(page.blocks)) if text.startswith(HOSTILE)]
    assert "<script>" not in page.html()
    assert "&lt;script&gt;" in page.html()


@pytest.mark.parametrize(
    ("activities", "language"),
    [
        (3, "en"),
        *(
            pytest.param(*case, marks=pytest.mark.slow)
            for case in ((0, "it"), (10, "it"), (25, "it"), (25, "en"))
        ),
    ],
)
def test_page_one_is_one_page_and_each_title_begins_one(activities: int, language: str) -> None:
    pages = [page_of(page, activities, language) for page in PAGES]
    printed = pdf_of(invented(activities, language), pages)
    texts = [re.sub(r"\s+", " ", page.extract_text()) for page in printed.pages]
    titles = [page.blocks[0]["title"].replace("\xa0", " ") for page in pages]
    starts = [0]
    for title in titles[1:]:  # page one may tell what a later page has as its title
        starts.append(next(n for n, text in enumerate(texts) if n > starts[-1] and title in text))
    assert titles[0] in texts[0]
    assert starts[1] == 1
    assert "import " not in " ".join(texts)
    assert "Traceback" not in " ".join(texts)


@pytest.mark.parametrize(("activities", "language"), [(25, "it"), (10, "en")])
def test_page_one_is_one_page_at_its_fullest(tmp_path: Path, activities: int, language: str) -> None:
    """Long names of both sides and of refused files, two of each change, long reasons."""
    root = workspace(tmp_path, activities, language)
    path = root / "data/raw/la-quercia/client.toml"
    about = path.read_text("utf-8").replace("Agriturismo La Quercia", "Consorzio degli Agriturismi " * 4)
    path.write_text(about.replace("Studio Girasole", "Studio Girasole e Associati " * 3), "utf-8")
    files = [{"path": f"scaricati/{'nome lungo ' * 5}{n}.bin", "code": "IN-FILE-12"} for n in range(9)]
    files += [{"path": f"note/{'nome lungo ' * 5}{n}.txt", "code": "IN-FILE-05"} for n in range(9)]
    change(root, "quarantine", pd.DataFrame(files))
    frame = read_table(root / "data/processed/la-quercia" / QUARTER, "flags")
    verdicts = ["STOP", "STOP", "GROW", "GROW", "REDUCE", "REDUCE"]
    frame["flag"] = [*verdicts, *(["KEEP", "WATCH"] * 10)][: len(frame)]
    frame["reason"] = "value-unknown"
    change(root, "flags", frame)
    review = open_review("la-quercia", QUARTER, root)
    printed = pdf_of(review, [shown(review, page) for page in ("bottom_line", "promises")])
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in printed.pages]
    assert shown(review, "promises").blocks[0]["title"] in pages[1]


def test_a_card_tells_reason_evidence_sureness_weakness_and_what_would_change_it(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    frame = read_table(root / "data/processed/la-quercia" / QUARTER, "flags")
    frame = frame[frame["activity"] == "flickr-photos"]
    known: dict[str, Any] = {
        "evidence_contacts": 2.0,
        "break_even_contacts": 4.1,
        "weeks": 65,
        "caveat": "one-deal",
    }
    change(root, "flags", frame.assign(**known))
    page = shown(open_review("la-quercia", QUARTER, root, "en"), "verdicts")
    (card,) = next(b for b in page.blocks if b["kind"] == "cards")["cards"]
    assert (card["title"], card["badge"], card["tone"]) == ("Flickr\u00a0· photos", "STOP", "stop")
    assert card["lead"] == "It is almost certainly not worth its cost."
    facts = {label: told.replace("\xa0", " ") for label, told in card["facts"]}
    assert facts["Chance of being worth it"] == "4%, almost certainly not; with caution 9%"
    assert facts["Return per unit of cost"] == "0.14 to 0.72, middle 0.3"
    lines = ["".join(strings(line)).replace("\xa0", " ") for line in card["lines"]]
    assert lines[:3] == [
        "Evidence: 2 contacts in 65 weeks of work; the effort pays for itself with 4.",
        "What would change it: 2 more contacts with the same effort would pay for it.",
        "Depends on one deal: without the largest one the verdict is another.",
    ]
    rule = table_of(page, "The rules behind the verdicts")["rows"][0][1]
    at_most = f"{THRESHOLDS['stop_item_p']['value']:.0%}"
    assert rule.startswith(
        f"the probability of being worth its cost, reckoned with caution, is {at_most} or less;"
    )


@pytest.mark.parametrize(
    ("status", "lost", "told"),
    [
        ("read", 5.4, "in all, 5 fewer came, with a standard error of 3."),
        ("read", 0.7, "in all, one fewer came, with a standard error of 3."),
        ("read", 0.2, "in all, as many came as before, with a standard error of 3."),
        ("read", -2.3, "in all, 2 more came, with a standard error of 3."),
        ("not-kept", 1.0, "work went on in the pause of 6 weeks from"),
        ("unread", float("nan"), "cannot be read"),
    ],
)
def test_a_pause_that_is_over_is_told(tmp_path: Path, status: str, lost: float, told: str) -> None:
    root = workspace(tmp_path, 3)
    frame = read_table(root / "data/processed/la-quercia" / QUARTER, "pauses")
    row = {"status": status, "contacts_expected": 14.2, "contacts_lost": lost, "error": 2.6}
    over = frame.assign(**row, begin=pd.Timestamp("2026-07-13"))  # type: ignore[arg-type]
    change(root, "pauses", pd.concat([frame, over], ignore_index=True))
    page = shown(open_review("la-quercia", QUARTER, root, "en"), "verdicts")
    (text,) = [text for text in strings(page.blocks) if "pause of" in text or "paused for" in text]
    assert told in text.replace("\xa0", " ")
    assert "July 13, 2026" in text.replace("\xa0", " ")
    assert "Pause tests" in strings(page.blocks)


def test_without_a_pause_that_is_over_none_is_told(tmp_path: Path) -> None:
    assert "Pause tests" not in strings(shown(opened(tmp_path, 3, "en"), "verdicts").blocks)


def test_a_piece_not_done_names_the_side_that_had_to(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    page = [
        text.replace("\xa0", " ") for text in strings(shown(opened(tmp_path, 3, "en"), "promises").blocks)
    ]
    assert "Foto $del$ prodotto_nuovo (La Quercia, due August 10, 2026)" in page
    frame = read_table(root / "data/processed/la-quercia" / QUARTER, "plan_items")
    change(root, "plan_items", frame.assign(side=pd.NA))
    page = strings(shown(open_review("la-quercia", QUARTER, root, "en"), "promises").blocks)
    assert any("(nobody named, due " in text for text in page)
