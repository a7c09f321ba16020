"""Tables of text: what `pandas.read_csv` does in silence, and what is done here instead."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading.ledger import KEPT, OTHER, QUARANTINED, Ledger
from sharedsocial_utils.reading.source import Context, Source, Table

FIELDS = {"id": ("Id",), "country": ("Country", "Paese"), "views": ("Views",), "day": ("Day",)}


def opened(
    text: str | bytes, need: Sequence[str] = ("id",), fields: dict[str, tuple[str, ...]] = FIELDS
) -> Table:
    data = text if isinstance(text, bytes) else text.encode()
    return Source("a.csv", data, ledger=Ledger()).table(fields, need)


def codes(table: Table) -> dict[str, str]:
    return {row: fault.code for row, fault in table.source.ledger.faults}


def classes(table: Table) -> list[int]:
    return table.part.state.tolist()


@pytest.mark.parametrize("word", ["NA", "None", "null", "nan", "NaN", "TRUE", "1e5", "#N/A"])
def test_a_word_stays_a_word(word: str) -> None:
    assert opened(f"Id,Country\n1,{word}\n")["country"].tolist() == [word]


def test_an_empty_cell_is_missing_and_a_lacking_column_too() -> None:
    table = opened("Id,Country\n1, \n2,Italy\n")
    assert table["country"].isna().tolist() == [True, False]
    assert table["views"].isna().all()
    assert table.numbers("views").isna().all()


def test_ids_keep_their_digits_beside_an_empty_one() -> None:
    table = opened("Id,Country\n17841400008460056,a\n,b\n0000123,c\n")
    assert table.ids("id").dropna().tolist() == ["17841400008460056", "0000123"]
    assert codes(table) == {"3": "IN-ID-02"}


def test_rows_longer_than_the_header_shift_nothing() -> None:
    table = opened("Id,Views\n1,2,3\n4,5,6\n")
    assert len(table) == 0
    assert codes(table) == {"2": "IN-CSV-01", "3": "IN-CSV-01"}


def test_one_ragged_row_costs_itself_alone() -> None:
    table = opened("Id,Views\n1,2\n3\n4,5,6\n7,8\n")
    assert table["id"].tolist() == ["1", "7"]
    assert codes(table) == {"3": "IN-CSV-01", "4": "IN-CSV-01"}
    assert table.source.ledger.faults[0][1].expected == "2 fields"


def test_a_last_row_that_is_cut_says_so() -> None:
    assert codes(opened("Id,Views\n1,2\n3")) == {"3": "IN-FILE-03"}
    assert codes(opened('Id,Views\n1,2\n3,"4')) == {"3": "IN-FILE-03"}
    assert codes(opened("Id,Views\n1,2\n3\n")) == {"3": "IN-CSV-01"}


def test_an_unclosed_quote_costs_its_own_row() -> None:
    table = opened('Id,Country,Views\n1,"Italy,2\n3,France,4\n')
    assert table["id"].tolist() == ["3"]
    assert codes(table) == {"2": "IN-CSV-02"}


def test_two_columns_for_one_field_are_refused() -> None:
    with pytest.raises(Fault) as fault:
        opened("Id,Country,Paese\n1,a,b\n")
    assert (fault.value.code, fault.value.line, fault.value.column) == ("IN-CSV-05", 1, 3)


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(Fault) as fault:
        opened("Identity,Views\n1,2\n", need=("id", "views"))
    assert (fault.value.code, fault.value.expected) == ("IN-CSV-04", "Id, Views")


def test_a_preamble_and_blank_lines_are_no_data() -> None:
    table = opened("# Property: x, y\n\nId;Views\n1;2\n\n;\n3;4\n")
    assert table["id"].tolist() == ["1", "3"]
    assert classes(table) == [OTHER, OTHER, OTHER, 0, OTHER, OTHER, 0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_no_hint_is_needed_for_the_encoding(encoding: str) -> None:
    assert opened("Id,Country\n1,Città\n".encode(encoding))["country"].tolist() == ["Città"]


def test_control_characters_stay_visible_in_faults() -> None:
    table = opened("Id,Views\n1,2\x00\x1a\n")
    assert table.numbers("views").isna().all()
    assert table.source.ledger.faults[-1][1].text == "2\\x00\\x1a"
    assert codes(table) == {"": "IN-ENC-03", "2": "IN-NUM-02"}


def test_a_total_is_no_data_and_never_added() -> None:
    table = opened("Id,Views\na,10\nb,20\nTotal,30\n")
    table.no_data(table["id"] == "Total")
    assert table.counts("views").sum() == 30
    assert classes(table)[-1] == OTHER


def test_new_columns_are_listed() -> None:
    assert opened("Id,Views,Vibes\n1,2,3\n").unknown == ("Vibes",)


def test_cells_that_are_no_value_put_their_row_aside_with_line_and_column() -> None:
    table = opened("Id,Views,Day\n1,2,2026-07-01\n2,many,2026-07-02\n3,4,2026-02-30\n4,5,\n")
    views, days = table.counts("views"), table.days("day")
    frame = table.keep("metrics", {"value": views, "date": days}).frame
    assert frame["source_row"].tolist() == ["2"]
    assert codes(table) == {"3": "IN-NUM-02", "4": "IN-DATE-02", "5": "IN-DATE-03"}
    assert [fault.column for _, fault in table.source.ledger.faults] == [2, 3, 3]
    assert classes(table) == [OTHER, KEPT, QUARANTINED, QUARANTINED, QUARANTINED]


def test_a_mask_made_before_rows_left_does_no_harm() -> None:
    table = opened("Id,Views\n1,2\n2,\n3,4\n")
    is_empty = table["views"].isna()
    table.put_aside(is_empty, "IN-NUM-02", "no views", "views")
    table.put_aside(is_empty, "IN-NUM-02", "no views", "views")
    table.no_data(is_empty)
    assert codes(table) == {"3": "IN-NUM-02"}
    assert table["id"].tolist() == ["1", "3"]


def test_faults_of_persons_show_the_shape_of_a_row() -> None:
    source = Source("a.csv", b'Id,Name\n1,Anna,Verdi\n2,"Bea\n', is_private=True)
    source.table({"id": ("Id",)}, ("id",))
    assert [fault.text for _, fault in source.ledger.faults] == ["9,Xxxx,Xxxxx", '9,"Xxx']


@pytest.mark.parametrize(
    "columns",
    [
        {"fields": {"id": ("Id",), "email": ("Mail",)}},
        {"fields": {"id": ("Id",)}, "ignores": {"Mail": "personal data"}},
        {"fields": {"id": ("Id",)}, "ignores": {"Mail": "free text"}},
    ],
)
def test_a_row_beside_a_column_of_persons_is_shown_by_its_shape(columns: dict[str, Any]) -> None:
    source = Source("a.csv", b"8,anna@posta.example\nId,Mail\n1,bea@posta.example,x\n2,bea@posta.example\n")
    source.table(need=("id",), **columns)
    shown = [(fault.code, fault.text) for _, fault in source.ledger.faults]
    assert shown == [("IN-CSV-07", "9,xxxx@xxxxx.xxxxxxx"), ("IN-CSV-01", "9,xxx@xxxxx.xxxxxxx,x")]


def test_a_cell_of_persons_is_shown_by_its_shape_whatever_is_wrong_with_it() -> None:
    fields = {"email": ("Mail",), "views": ("Views",), "day": ("Day",)}
    text = b"Mail,Views,Day\n1.2E+17,x1,\n,5,Anna 3\nBea,-2,2026-07-01\n"
    for private in (False, True):
        source = Source("a.csv", text, is_private=private)
        table = source.table(fields, ("email",))
        table.counts("views")
        table.days("day")
        table.ids("email")
        table.put_aside(table["email"] == "Bea", "IN-ID-03", "twice", "email")
        shown = "; ".join(fault.text for _, fault in source.ledger.faults)
        assert shown == ("x9; -9; Xxxx 9" if private else "x1; -2; Anna 3")
        assert "1.2E" not in shown
    public = Source("a.csv", b"Mail,Views\n1.2E+17,1\nBea,2\n")
    table = public.table(fields, ("email",))
    table.ids("email")
    table.put_aside(table["email"] == "Bea", "IN-ID-03", "twice", "email")
    assert [fault.text for _, fault in public.ledger.faults] == ["9.9X+99", "Xxx"]


def test_an_undecided_day_is_shown_in_a_table_of_persons_too() -> None:
    source = Source("a.csv", b"Day,Mail\n03/04/2026,a\n", is_private=True)
    with pytest.raises(Fault) as fault:
        source.table({"day": ("Day",)}, ("day",)).days("day")
    assert (fault.value.text, fault.value.line) == ("03/04/2026", 2)


def test_an_id_of_a_row_is_its_content_and_not_its_place() -> None:
    first = opened("Id,Views\na,1\nb,2\nb,2\n").entry_ids().tolist()
    second = opened("Views,Id\n2,b\n1,a\n2,b\n").entry_ids().tolist()
    assert len(set(first)) == 3
    assert sorted(first) == sorted(second)


def test_a_pseudonym_is_of_use_to_its_client_alone() -> None:
    ids = pd.Series(["7", None, "7"], dtype="str")
    ours, theirs = (Source("a", b"", context=Context(salt=salt)).pseudonym(ids) for salt in ("a", "b"))
    assert ours[0] == ours[2] != theirs[0]
    assert pd.isna(ours[1])
    assert len(ours[0]) == 16


def test_people_are_known_by_any_of_their_names_and_the_public_has_none() -> None:
    context = Context(people={"ada neri": ("ada", "agency")})
    names = pd.Series([" ADA Neri ", "Somebody", None, ""], dtype="str")
    people = Source("a", b"", context=context).authors(names)
    assert people["person"].fillna("").tolist() == ["ada", "", "", ""]
    assert people["side"].fillna("").tolist() == ["agency", "public", "", ""]


def test_missing_zero_and_censored_are_three_things() -> None:
    """The row of a bound keeps its other figures; the bound is no number and no zero, and is told."""
    fields = {"id": ("Id",), "views": ("Views",), "clicks": ("Clicks",)}
    text = b"Id,Views,Clicks\na,0,1\nb,,2\nc,< 10,3\nd,--,\ne,99+,\n"
    source = Source("a.csv", text)
    table = source.table(fields, ("id",))
    figures = {name: table.counts(name) for name in ("views", "clicks")}
    rows = table.keep_metrics("x", figures, item_id=table.ids("id")).frame
    told = [(row["item_id"], row["metric"], row["value"]) for row in rows.to_dict("records")]
    assert told == [("a", "views", 0), ("a", "clicks", 1), ("b", "clicks", 2), ("c", "clicks", 3)]
    shown = [(row, fault.code, fault.column, fault.text) for row, fault in source.ledger.faults]
    assert shown == [("4", "IN-NUM-04", 2, "< 10"), ("6", "IN-NUM-04", 2, "99+")]
    assert classes(table) == [OTHER, KEPT, KEPT, KEPT, OTHER, OTHER]


def test_a_sheet_without_the_header_is_named() -> None:
    source = Source("a.xlsx", b"PK")
    assert len(source.sheet_table("Luglio", [["Id", "Views"], ["1", "2"]], FIELDS, ("id",))) == 1
    with pytest.raises(Fault) as fault:
        source.sheet_table("Note", [["Identity", "Views"], ["1", "2"]], FIELDS, ("id", "views"))
    assert (fault.value.code, fault.value.sheet) == ("IN-CSV-04", "Note")
    assert fault.value.expected == "Id, Views"


def test_a_rate_above_all_is_put_aside_and_its_row_too() -> None:
    table = opened("Id,Views\n1,0.5\n2,1.5\n3,1\n")
    rows = table.keep_metrics("blog", {"click_rate": table.numbers("views")}, item_id=table["id"])
    assert rows.frame[["item_id", "value"]].to_numpy().tolist() == [["1", 0.5], ["3", 1.0]]
    assert codes(table) == {"3": "IN-NUM-03"}
    assert table.source.ledger.faults[0][1].found == "a rate of 150%"
    assert classes(table) == [OTHER, KEPT, QUARANTINED, KEPT]


def test_of_lines_put_aside_the_blank_ones_are_no_data() -> None:
    source = Source("a.csv", b"one,1\n\n;;\ntwo,2\n", ledger=Ledger())
    source.put_lines_aside(range(1, 5), "IN-CSV-08", "a line of no table")
    assert source.part.state.tolist() == [QUARANTINED, OTHER, OTHER, QUARANTINED]
    assert [(row, fault.text) for row, fault in source.ledger.faults] == [("1", "one,1"), ("4", "two,2")]
