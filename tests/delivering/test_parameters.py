"""Parameters are compared before a kernel starts, and no value is code."""

import ast

import pytest

from sharedsocial_utils.delivering.notebooks import source_of
from sharedsocial_utils.delivering.parameters import check_parameters
from sharedsocial_utils.errors import Fault

GIVEN = {"client": "la-quercia", "quarter": "2026Q3", "workspace": "/home/ada/work"}


def content(source: str, tags: tuple[str, ...] = ("parameters",)) -> dict[str, object]:
    return {
        "cells": [{"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source.splitlines(True)}]
    }


OWN = content('client = "nobody"  # its folder\nquarter = "2000Q1"\nworkspace = ".."\n')


def refused(cells: dict[str, object], given: dict[str, str]) -> Fault:
    with pytest.raises(Fault) as caught:
        check_parameters("1_ingest", cells, given)
    assert caught.value.code == "NB-01"
    return caught.value


def test_equal_names_and_plain_values_pass() -> None:
    check_parameters("1_ingest", OWN, GIVEN)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    fault = refused(OWN, {**GIVEN, "quater": "2026Q3"})
    assert fault.message() == '1_ingest: no parameter "quater"; did you mean "quarter"?'


def test_a_missing_name_is_a_fault() -> None:
    given = {name: value for name, value in GIVEN.items() if name != "quarter"}
    assert 'its parameter "quarter" was not given' in refused(OWN, given).message()


def test_a_parameter_that_nobody_allows_is_never_passed() -> None:
    own = content('client = ""\nquarter = ""\nworkspace = ""\npassword = ""')
    assert '"password" may not be written' in refused(own, {**GIVEN, "password": "x"}).message()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client", "../rossi"),
        ("client", "rossi\nimport os"),
        ("client", "Rossi"),
        ("quarter", "2026Q5"),
        ("quarter", "2026Q3\n"),
        ("workspace", 'x"; import os; "'),
        ("workspace", "a\nb"),
        ("workspace", "a\u2028b"),
        ("workspace", ""),
    ],
)
def test_a_value_that_is_no_identifier_is_refused(name: str, value: str) -> None:
    refused(OWN, {**GIVEN, name: value})


@pytest.mark.parametrize("path", ["/home/ada/città", "C:\\clients\\new", "/x/{client}/#1"])
def test_a_path_survives_being_written_as_source(path: str) -> None:
    given = {**GIVEN, "workspace": path}
    check_parameters("1_ingest", OWN, given)
    read_back = {n.targets[0].id: ast.literal_eval(n.value) for n in ast.parse(source_of(given)).body}  # type: ignore[attr-defined]
    assert read_back == given


@pytest.mark.parametrize(
    "cells",
    [
        {"cells": []},
        content("client = 1", tags=("remove-cell",)),
        content("import os\nclient = 'a'"),
        content("client = os.getcwd()"),
        content("client = "),
    ],
)
def test_a_notebook_without_a_plain_parameters_cell_is_refused(cells: dict[str, object]) -> None:
    refused(cells, GIVEN)
