"""What the goldens of Asana, ClickUp, Notion and Trello cannot show: whose, when done, privacy."""

import io
import zipfile
from pathlib import Path

import pytest
from golden import CONTEXT, EXPORTS, read_sample

from sharedsocial_utils.reading.file import FileReading, read_bytes

HEX = "0123456789abcdef0123456789abcdef"


def codes(reading: FileReading) -> list[str]:
    return [fault["code"] for fault in reading.faults]


@pytest.mark.parametrize("system", ["asana", "clickup", "notion", "trello"])
def test_nobody_outside_client_toml_is_named(system: str) -> None:
    for sample in sorted((EXPORTS / system).iterdir()):
        if sample.name.endswith(".golden.json"):
            continue
        found = read_sample(sample)
        everything = str(found.faults) + "".join(frame.to_csv() for frame in found.tables.values())
        for secret in ("Somebody Else", "Altro", "Qualcun", "egreta", "@"):
            assert secret not in everything, (sample.name, secret)


def notion(text: str, name: str = f"Plan {HEX}.csv") -> FileReading:
    return read_bytes(name, text.encode("utf-8-sig"), CONTEXT)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("14 luglio 2026", "2026-07-14"),
        ('"July 14, 2026"', "2026-07-14"),
        ('"July 14, 2026 2:00 PM (GMT+2)"', "2026-07-14"),
        ('"July 14, 2026 → July 16, 2026"', "2026-07-16"),
        ("2026/07/14 → 2026/07/16", "2026-07-16"),
        ("2026-07-14", "2026-07-14"),
        ("31/07/2026", "2026-07-31"),
        ("", None),
    ],
)
def test_notion_writes_days_in_many_ways(cell: str, day: str | None) -> None:
    found = notion(f"Nome,Data,Stato\nA,{cell},Fatto\n").tables["plan_items"]["due_date"]
    assert (None if found.isna().all() else f"{found[0]:%Y-%m-%d}") == day


def test_notions_doubtful_days_are_asked() -> None:
    assert codes(notion("Nome,Data,Stato\nA,03/04/2026,Fatto\n")) == ["IN-DATE-01"]


def test_pages_of_two_databases_with_one_title_are_two() -> None:
    one, two = (notion("Nome,Data,Stato\nA,,x\n", f"{n} {HEX if n == 'P' else HEX[::-1]}.csv") for n in "PQ")
    assert one.tables["plan_items"]["item_id"][0] != two.tables["plan_items"]["item_id"][0]


def test_notion_is_not_opened_deeper_than_its_blocks() -> None:
    def zipped(name: str, content: bytes) -> bytes:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr(name, content)
        return data.getvalue()

    block = "ExportBlock-01234567-89ab-cdef-0123-456789abcdef-Part-1.zip"
    inner = zipped(f"Plan {HEX}.csv", b"Name,Date,Status\nA,,x\n")
    assert read_bytes("a.zip", zipped(block, inner), CONTEXT).rows_kept == 1
    assert read_bytes("a.zip", zipped(block, zipped(block, inner)), CONTEXT).rows_kept == 0


@pytest.mark.parametrize("name", ["plan.csv", "Plan 0123.csv", f"Plan {HEX}.txt"])
def test_a_table_without_notions_name_is_not_notions(name: str) -> None:
    assert read_bytes(name, b"Name,Date,Status\nA,,x\n", CONTEXT).reader is None


def test_clickup_closed_without_a_status_that_says_so_is_not_done() -> None:
    text = (
        '"Task ID","Task Name","Status","Date Closed"\n'
        '"1","A","to do","Tuesday, July 14th 2026"\n"2","B","Complete","Tuesday, July 14th 2026"\n'
    )
    done = read_bytes("a.csv", text.encode(), CONTEXT).tables["plan_items"]["done_date"]
    assert done.notna().tolist() == [False, True]


def test_the_order_of_asanas_days_is_decided_by_the_column() -> None:
    header = "Task ID,Created At,Completed At,Name,Due Date\n"
    found = read_bytes(
        "a.csv", f"{header}1,1/9/2025,,A,22/9/2025\n2,1/9/2025,,B,3/4/2025\n".encode(), CONTEXT
    )
    assert codes(found) == []
    assert [f"{d:%d.%m}" for d in found.tables["plan_items"]["due_date"]] == ["22.09", "03.04"]


def test_a_list_of_names_is_clickups_only_by_its_files_name(tmp_path: Path) -> None:
    data = b'"Task Name"\n"A"\n'
    assert read_bytes("2026-10-02T07_11_00.000Z X.csv", data, CONTEXT).reader == "clickup"
    assert read_bytes("names.csv", data, CONTEXT).reader is None


def test_a_card_of_trello_of_another_shape_is_no_fault_of_ours() -> None:
    board = (
        '{"idOrganization": "o", "url": "https://trello.com/b/x", "lists": [], "members": [], "actions": [],'
        ' "cards": [{"id": "c1", "name": "A", "labels": 7}]}'
    )
    found = read_bytes("board.json", board.encode(), CONTEXT)
    assert (codes(found), found.rows_kept) == (["IN-JSON-01"], 0)
    assert "has another shape" in found.faults[0]["message"]


def board(cards: str, actions: str = "[]") -> FileReading:
    lists = '[{"id": "todo", "name": "To do"}, {"id": "done", "name": "Fatto"}]'
    text = (
        f'{{"idOrganization": "o", "url": "https://trello.com/b/x", "lists": {lists}, "members": [],'
        f' "actions": {actions}, "cards": {cards}}}'
    )
    return read_bytes("board.json", text.encode(), CONTEXT)


@pytest.mark.parametrize("cards", ["null", "{}", "[7]", '["card"]'])
def test_a_board_without_a_list_of_cards_is_no_fault_of_ours(cards: str) -> None:
    found = board(cards)
    assert codes(found) == ["IN-JSON-01"]
    assert "no list of cards" in found.faults[0]["message"]


def test_a_card_may_lack_its_labels_members_and_activity() -> None:
    found = board('[{"id": "c1", "name": "A", "labels": null, "idMembers": null, "dateLastActivity": null}]')
    assert (found.rows_kept, codes(found), found.as_of) == (1, [], None)


def test_a_label_may_have_a_colour_for_a_name_or_neither() -> None:
    found = board(
        '[{"id": "c1", "name": "A", "labels": [{"name": "", "color": "red"}, {"name": "blog"}, {}]}]'
    )
    assert found.tables["plan_items"]["tags"][0].strip(", ") == "red, blog"


TICKED = '{"date": "2026-07-01T10:00:00.000Z", "data": {"card": {"id": "c1"}, "old": {"dueComplete": false}}}'
UNTICKED = TICKED.replace("07-01", "07-02").replace("false", "true")
MOVED = '{"date": "2026-07-20T10:00:00.000Z", "data": {"card": {"id": "c1"}, "listAfter": {"id": "done"}}}'


@pytest.mark.parametrize(
    ("actions", "ticked", "where", "day"),
    [
        ([TICKED], "true", "todo", "2026-07-01"),
        ([TICKED, MOVED], "true", "done", "2026-07-01"),
        ([TICKED, UNTICKED, MOVED], "false", "done", "2026-07-20"),  # it was not done on the 1st
        ([MOVED, UNTICKED, TICKED], "false", "done", "2026-07-20"),  # newest first, as Trello writes them
        ([TICKED, TICKED.replace("07-01", "07-09")], "true", "todo", "2026-07-09"),
        ([MOVED, TICKED.replace("c1", "c2")], "false", "done", "2026-07-20"),
        ([], "true", "todo", "2026-08-01"),
        ([TICKED, UNTICKED], "false", "todo", None),
    ],
)
def test_the_day_on_which_a_card_was_done(
    actions: list[str], ticked: str, where: str, day: str | None
) -> None:
    card = f'{{"id": "c1", "name": "A", "idList": "{where}", "dueComplete": {ticked}'
    found = board(f'[{card}, "dateLastActivity": "2026-08-01T10:00:00.000Z"}}]', f"[{', '.join(actions)}]")
    done = found.tables["plan_items"]["done_date"]
    assert (None if done.isna().all() else f"{done[0]:%Y-%m-%d}") == day
