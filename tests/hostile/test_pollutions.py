"""No cell of a polluted table is wrong, none is put aside but for its own row's fault."""

from collections.abc import Iterator

import pytest
from pollutions import Score, report, scores, tables

from sharedsocial_utils.reading import source

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["line by line", "by Arrow"])
def found(request: pytest.FixtureRequest) -> Iterator[dict[str, Score]]:
    """The scores of both ways to read a table, of which large files take the second."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "by Arrow":
            patch.setattr(source, "LARGE_BYTES", 1)
        yield scores()


def test_every_cell_is_right_or_put_aside_under_its_line(found: dict[str, Score]) -> None:
    print(report(found))
    examples = [example for score in found.values() for example in score.examples]
    assert sum(score.wrong for score in found.values()) == 0, examples
    assert sum(score.beside for score in found.values()) == 0, examples
    assert sum(score.right for score in found.values()) > 200_000
    assert sum(score.aside for score in found.values()) > 40_000


def test_pollutions_of_the_whole_file_cost_no_cell(found: dict[str, Score]) -> None:
    kinds = (
        "separator of the file",
        "line ends",
        "no last line end",
        "every cell quoted",
        "encoding",
        "preamble",
    )
    assert all(found[kind].aside == 0 < found[kind].right for kind in kinds)


def test_a_pollution_of_one_row_costs_no_other_row(found: dict[str, Score]) -> None:
    width = sum(len(rows[0]) for _, rows in tables()) / len(tables())
    for kind in ("separator too many", "quote before", "closing quote lost, all quoted"):
        assert found[kind].aside <= found[kind].files * width * 1.3, kind
