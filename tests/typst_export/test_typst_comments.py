"""An analyst's comment stands on the page that it is about: behind it, or under its title if that is full."""

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from typst_notebooks import PAGE, bookmarks, notebook, pdf_of, read, squeezed, typed

from sharedsocial_utils.typst_export import ExportError

WORDS = "Parole dell'analista, che dicono che cosa resta da fare."
NEXT = {"kind": "page", "title": "Pagina dopo"}


def comment(source: str) -> NotebookNode:
    made: NotebookNode = new_markdown_cell(source, metadata={"tags": ["comment"]})
    return made


def page(paragraphs: int) -> NotebookNode:
    filling = [{"kind": "paragraph", "text": f"Riempie {n}: {'parola ' * 40}"} for n in range(paragraphs)]
    return typed(PAGE, *filling, {"kind": "note", "text": "Fine della pagina."})


def pages_of(*cells: NotebookNode) -> list[str]:
    pdf = pdf_of(notebook(*cells, typed(NEXT)))
    return [squeezed(text.extract_text()) for text in read(pdf).pages]


def places(text: str, *words: str) -> list[int]:
    return [text.index(squeezed(word)) for word in words]


@pytest.fixture(scope="module")
def full() -> int:
    """Paragraphs that fill a page, so that three lines more do not find room."""
    return next(n for n in range(8, 30) if len(pages_of(page(n + 1))) > len(pages_of(page(n))))


def test_a_comment_with_room_stands_behind_its_page() -> None:
    first, _ = pages_of(page(3), comment(WORDS))
    found = places(first, PAGE["title"], "Riempie 0", "Fine della pagina", WORDS)
    assert found == sorted(found)


@pytest.mark.parametrize("lines", [1, 12])
def test_a_comment_without_room_stands_under_the_title(full: int, lines: int) -> None:
    first, *others, last = pages_of(page(full), comment(WORDS * lines))
    found = places(first, PAGE["title"], WORDS, "Riempie 0")
    assert found == sorted(found)
    assert all("Riempie" in other or "Fine" in other for other in others)
    assert squeezed(WORDS) not in last
    assert "Paginadopo" in last


def test_a_table_that_a_comment_leaves_too_little_room_goes_on_overleaf() -> None:
    rows = [[f"Riga {n}", "uno"] for n in range(16)]
    columns = [{"label": "Canale", "width": "1fr"}, {"label": "Ore", "width": "20mm"}]
    filling = [{"kind": "paragraph", "text": "parola " * 40} for _ in range(8)]
    table = {"kind": "table", "columns": columns, "rows": rows}
    alone, *_ = pages_of(typed(PAGE, *filling, table))
    assert squeezed("Riga 15") in alone
    first, second, _ = pages_of(typed(PAGE, *filling, table), comment(WORDS * 12))
    assert places(first, PAGE["title"], WORDS, "parola", "Canale", "Riga 0")
    assert places(second, "Canale", "Riga 15")


def test_comments_without_room_keep_their_order_and_levels(full: int) -> None:
    pdf = pdf_of(notebook(page(full), comment("## Primo\n\nuno"), comment("### Secondo\n\ndue"), typed(NEXT)))
    first = squeezed(read(pdf).pages[0].extract_text())
    found = places(first, PAGE["title"], "Primo", "uno", "Secondo", "due", "Riempie 0")
    assert found == sorted(found)
    assert list(bookmarks(read(pdf).outline)) == [PAGE["title"], "Primo", "Secondo", NEXT["title"]]


def test_each_comment_goes_with_its_own_page(full: int) -> None:
    other = typed({"kind": "page", "title": "Altra"}, {"kind": "paragraph", "text": "Poco."})
    texts = pages_of(page(full), comment("Alla prima."), other, comment("Alla seconda."))
    (first,) = (text for text in texts if "Allaprima" in text)
    (second,) = (text for text in texts if "Allaseconda" in text)
    assert places(first, "Alla prima", "Riempie 0") == sorted(places(first, "Alla prima", "Riempie 0"))
    assert places(second, "Poco", "Alla seconda") == sorted(places(second, "Poco", "Alla seconda"))


def test_a_comment_without_a_page_before_it_stays_where_it_is() -> None:
    first, last = pages_of(comment(WORDS))
    assert squeezed(WORDS) in first
    assert squeezed(NEXT["title"]) in last


def test_a_comment_may_be_a_page_of_its_own(full: int) -> None:
    pages = pages_of(page(full), comment("# Pagina in più\n\nuno"), comment("due"))
    assert places(pages[-2], "Pagina in più", "uno", "due") == sorted(
        places(pages[-2], "Pagina in più", "uno", "due")
    )
    for count in range(full - 1, full + 3):
        long = "\n\n".join(["parola " * 40] * count)
        *_, behind, _next = pages_of(page(full), comment(f"# Pagina in più\n\n{long}"), comment("DUE"))
        assert "DUE" in behind
    with pytest.raises(ExportError, match=r"cell 2 .*a page title in a list"):
        pages_of(page(1), comment("- # Pagina"))


def test_an_empty_comment_changes_nothing() -> None:
    assert pdf_of(notebook(page(2), comment("  \n"))) == pdf_of(notebook(page(2)))
