"""What a report says where files are missing: what is not known, and which totals leave something out."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tables_for_tests import QUARTER, change, workspace
from test_pages import shown, strings, table_of

from sharedsocial_utils.tables import read_table
from sharedsocial_utils.telling import Review, open_review
from sharedsocial_utils.telling.frames import records
from sharedsocial_utils.telling.pages import (
    effort_against_results,
    next_quarter,
    reasons,
    results,
    unknown,
    who_does_what,
)

NAN = float("nan")


def table(root: Path, name: str) -> pd.DataFrame:
    return read_table(root / "data/processed/la-quercia" / QUARTER, name)


def opened(root: Path, language: str = "en") -> Review:
    return open_review("la-quercia", QUARTER, root, language)


def set_where(root: Path, name: str, column: str, value: str, **cells: Any) -> None:
    """Other cells in the rows of a table with this value."""
    frame = table(root, name)
    for cell, new in cells.items():
        frame[cell] = frame[cell].mask(frame[column] == value, new)
    change(root, name, frame)


def without(root: Path, *names: str, weeks: int = 0) -> None:
    """Takes figures out of the weeks of the quarter, but for the last ones, and of its sums."""
    weekly = table(root, "activity_weekly")
    kept = weekly["week"] > pd.Timestamp("2026-09-28") - pd.Timedelta(weeks=weeks)
    change(root, "activity_weekly", weekly.assign(**{name: weekly[name].where(kept) for name in names}))
    if not weeks:
        for of in ("channel_quarter", "activity_quarter"):
            change(root, of, table(root, of).assign(**dict.fromkeys(names, NAN)))


def listed(review: Review) -> list[str]:
    """What no file tells."""
    blocks = unknown.unknown(review)
    heads = [place for place, block in enumerate(blocks) if block.get("text") == "What no file tells"]
    return [item.replace("\xa0", " ") for place in heads for item in blocks[place + 1]["items"]]


def test_what_no_file_tells_is_said_first(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    assert listed(opened(root)) == []
    without(root, "visits", "contacts", "hours_company")
    review = opened(root)
    assert unknown.title(review) == "Not known for the quarter: visits, contacts, and the hours of La Quercia"
    assert listed(review) == [
        "Visits: no file of the site’s analytics covers a week of the quarter.",
        "Contacts: no file of a CRM, a contact form or a list covers a week of the quarter.",
        "Hours of La Quercia: no time sheet covers a week of the quarter.",
    ]
    assert results.title(review) == "What came back: visits are not known"
    assert effort_against_results.title(review) == "Effort against results: contacts are not known"


def test_what_is_known_of_some_weeks_only_is_counted_in_weeks(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    without(root, "contacts", "hours_agency", weeks=4)
    review = opened(root)
    assert listed(review) == [
        "Contacts are known for 4 of 13 weeks of the quarter.",
        "Hours of Studio Girasole are known for 4 of 13 weeks of the quarter.",
    ]
    assert not unknown.title(review).startswith("Not known")


def test_the_hours_of_a_side_that_is_not_at_work_are_not_missed(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    without(root, "hours_agency")
    assert listed(opened(root)) == ["Hours of Studio Girasole: no time sheet covers a week of the quarter."]
    path = root / "data/raw/la-quercia/client.toml"
    path.write_text(path.read_text("utf-8").replace('side = "agency"', 'side = "company"'), "utf-8")
    change(root, "activity_quarter", table(root, "activity_quarter").assign(planned_hours_agency=0.0))
    assert listed(opened(root)) == []


def numbers(review: Review) -> list[str]:
    """What stands beside the key figures."""
    (block,) = [block for block in shown(review, "bottom_line").blocks if block["kind"] == "numbers"]
    return [text.replace("\xa0", " ") for text in strings(block)]


def test_hours_of_some_weeks_are_not_set_beside_those_of_a_quarter(tmp_path: Path) -> None:
    """Sheets that end in the middle of the quarter look like work that was not done."""
    root = workspace(tmp_path, 3)
    silent_voices(root)
    frame = table(root, "activity_quarter").assign(hours_company=2.0)
    change(root, "activity_quarter", frame)
    whole = opened(root)
    assert sum(text.startswith("previous quarter: ") for text in numbers(whole)) == 3
    assert "company hours" in " ".join(strings(shown(whole, "who_does_what").blocks))
    assert "7.7% of the agreed hours" in who_does_what.title(whole) or "8%" in who_does_what.title(whole)
    without(root, "hours_company", weeks=7)
    part = opened(root)
    told = numbers(part)
    assert {"7 of 13 weeks", "hours of 7 of 13 weeks"} <= set(told)
    assert sum(text.startswith("previous quarter: ") for text in told) == 1, "the other side's own"
    assert "company hours" not in " ".join(strings(shown(part, "who_does_what").blocks))
    assert who_does_what.title(part).endswith("those of La Quercia are not known")
    (figure, *_) = [block for block in shown(part, "time").blocks if block["kind"] == "figure"]
    assert "Hours of La Quercia are known for 7 of 13" in figure["note"]
    assert "previous quarter" not in " ".join(strings(figure["svg"]))
    now = table_of(shown(part, "next_quarter"), "Hours a week, now and next")
    assert {row[2] for row in now["rows"]} == {None}


@pytest.mark.parametrize("what", ["visits", "contacts"])
def test_results_of_some_weeks_are_not_those_of_a_quarter(tmp_path: Path, what: str) -> None:
    root = workspace(tmp_path, 3)
    assert not any("weeks" in text for text in numbers(opened(root)))
    without(root, what, weeks=5)
    told = numbers(opened(root))
    place = told.index(f"{what} from these channels")
    assert told[place + 1] == "5 of 13 weeks"
    assert sum("weeks" in text for text in told) == 1


def test_a_quarter_is_not_set_beside_one_of_some_weeks(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    weekly = table(root, "activity_weekly")
    before = weekly["week"].between("2026-04-01", "2026-06-10")
    change(root, "activity_weekly", weekly.assign(hours_company=weekly["hours_company"].mask(before)))
    told = numbers(opened(root))
    assert not any("weeks" in text for text in told)
    assert sum(text.startswith("previous quarter: ") for text in told) == 1


def partly_uncosted(folder: Path, *channels: str) -> Path:
    root = workspace(folder, 3)
    for channel in channels:
        set_where(root, "channel_quarter", "channel", channel, cost=NAN, cost_per_contact=NAN)
        set_where(root, "activity_quarter", "channel", channel, cost=NAN)
    return root


def test_a_total_of_costs_says_whom_it_leaves_out(tmp_path: Path) -> None:
    review = opened(partly_uncosted(tmp_path, "flickr"))
    told = "Totals of cost leave out Flickr: the cost is not known."
    of_table = [block for block in shown(review, "bottom_line").blocks if block["kind"] == "table"]
    assert of_table[0]["note"] == told
    assert table_of(shown(review, "time"))["note"].endswith(told)
    page = shown(review, "effort_against_results")
    table_ = table_of(page, "Effort and results by channel")
    assert table_["note"].endswith(told)
    (row,) = [cells for cells in table_["rows"] if cells[0] == "Flickr"]
    assert row[1] is not None, "its hours are known, and in the total"
    assert row[3] is None
    assert [item for item in listed(review) if item.startswith("Cost of Flickr")]


def test_cost_and_return_name_the_channels_that_they_are_without(tmp_path: Path) -> None:
    """The key figure below counts the contacts of all the channels worked on."""
    page = shown(opened(partly_uncosted(tmp_path, "flickr")), "bottom_line")
    (told,) = [text for text in strings(page.blocks) if " from these channels, " in text]
    assert told.endswith("; without Flickr: cost or contacts are not known.")
    page = shown(opened(workspace(tmp_path / "known", 3)), "bottom_line")
    assert not any("not known" in text for text in strings(page.blocks) if " from these channels, " in text)


@pytest.mark.parametrize(
    ("channels", "beside"), [(("flickr",), "without Flickr"), (("flickr", "blog"), "without 2 channels")]
)
def test_the_key_figure_of_cost_names_what_it_is_without(
    tmp_path: Path, channels: tuple[str, ...], beside: str
) -> None:
    """A sum of fewer channels stands beside no sum of all in the quarter before."""
    review = opened(partly_uncosted(tmp_path, *channels))
    (numbers,) = [block for block in shown(review, "bottom_line").blocks if block["kind"] == "numbers"]
    texts = [text.replace("\xa0", " ") for text in strings(numbers)]
    assert beside in texts
    assert sum(text.startswith("previous quarter: €") for text in texts) == 0


def test_a_cost_is_not_set_beside_one_of_fewer_channels(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    (whole,) = [block for block in shown(opened(root), "bottom_line").blocks if block["kind"] == "numbers"]
    assert any(text.startswith("previous quarter: €") for text in strings(whole))
    set_where(root, "channel_quarter", "channel", "flickr", previous_cost=NAN)
    (part,) = [block for block in shown(opened(root), "bottom_line").blocks if block["kind"] == "numbers"]
    assert not any(text.startswith("previous quarter: €") for text in strings(part))


def test_work_without_a_known_cost_is_not_called_no_work(tmp_path: Path) -> None:
    root = workspace(tmp_path, 3)
    set_where(root, "flags", "activity", "blog-posts", reason="no-effort", flag="WATCH")
    review = opened(root)
    (flag,) = [row for row in records(review.table("flags")) if row["activity"] == "blog-posts"]
    assert reasons.short(review, flag) == "cost not known"
    assert reasons.reason(review, flag).startswith("There was work on it")
    set_where(root, "activity_quarter", "activity", "blog-posts", hours_company=0.0, hours_agency=NAN)
    review = opened(root)
    assert reasons.short(review, flag) == "no effort recorded"
    assert reasons.reason(review, flag).startswith("No effort")


def silent_voices(root: Path) -> None:
    """Nothing about voices that would be graver than the hours."""
    change(root, "voice_quarter", table(root, "voice_quarter")[:0])


@pytest.mark.parametrize(
    ("done", "agreed", "title"),
    [
        (
            ("hours_agency",),
            (),
            "La Quercia worked {share} of the agreed hours; those of Studio Girasole are ",
        ),
        (("hours_agency",), ("planned_hours_agency",), "La Quercia worked {share} of the agreed hours"),
        (("hours_agency", "hours_company"), (), "Who does what: hours are agreed, but no time sheet tells"),
        ((), ("planned_hours_agency", "planned_hours_company"), "Who does what: no hours are agreed"),
    ],
)
def test_agreed_hours_are_set_against_those_that_are_known(
    tmp_path: Path, done: tuple[str, ...], agreed: tuple[str, ...], title: str
) -> None:
    root = workspace(tmp_path, 3)
    silent_voices(root)
    frame = table(root, "activity_quarter")
    share = frame["hours_company"].sum() / frame["planned_hours_company"].sum()
    change(root, "activity_quarter", frame.assign(**dict.fromkeys(done, NAN), **dict.fromkeys(agreed, 0.0)))
    found = who_does_what.title(opened(root)).replace("\xa0", " ")
    assert found.startswith(title.format(share=f"{share:.0%}"))
    assert found.endswith("not known") == ("those of" in title)


@pytest.mark.parametrize("count", [1, 5])
def test_a_plan_with_fewer_hours_than_agreed_does_not_go_on_as_agreed(tmp_path: Path, count: int) -> None:
    root = workspace(tmp_path, 10)
    change(root, "flags", table(root, "flags").assign(flag="WATCH"))
    plan = table(root, "plan").assign(reason="watch", level=1.0)
    change(root, "plan", plan)
    assert next_quarter.title(opened(root)) == "Next quarter goes on as agreed: no change, no new commitment"
    few = list(dict.fromkeys(table(root, "flags")["activity"]))[:count]
    change(root, "plan", plan.assign(reason=plan["reason"].mask(plan["activity"].isin(few), "hours-short")))
    short = opened(root)
    names = "5 activities" if count > 1 else short.names.activity(few[0]).replace("\xa0", " ")
    title = next_quarter.title(short).replace("\xa0", " ")
    assert title == f"No verdict changes the plan, but hours are short for {names}"
