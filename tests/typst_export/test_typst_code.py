"""Code in the colours of its language: no character is lost or moved, whatever the words look like."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from typst_notebooks import operands, pdf_of, read, squeezed, text_of

from sharedsocial_utils.typst_export import highlighting
from sharedsocial_utils.typst_export.gate import Gate

PYTHON = '''\
@cache
def saluto(nome: str) -> str:
    """Dice ciao."""
    # commento
    if nome is None and not self.x:
        return f"ciao {nome}" + str(12.5)
class Casa: pass
print(df.groupby("è 😀"))
'''
WORDS_OF = [
    ("@cache", "own"),
    ("def", "keyword"),
    ("saluto", "defined"),
    ("# commento", "comment"),
    ('"""Dice ciao."""', "comment"),
    ("None", "number"),
    ("and not", "keyword"),
    ("self", "own"),
    ("12.5", "number"),
    ("Casa", "defined"),
    ("groupby", "called"),
    ("df.", None),
    ('"è 😀"', "string"),
]
COLOURS = {
    "keyword": "#574485",
    "defined": "#2c4f78",
    "string": "#1f6a38",
    "number": "#8a4a0d",
    "own": "#0f6b6b",
}


def looks_of(text: str, language: str, columns: int = 96) -> list[list[tuple[str | None, str]]]:
    """The rows of the call that shows code, each cut into the words that it gives one look."""
    call = str(highlighting.code(text, language, Gate(columns=columns)))
    source, _, looks = call.removeprefix("code(").partition(", looks: ")
    rows = _unescaped(source.removesuffix(")") if not looks else source).split("\n")
    if not looks:
        return [[(None, row)] for row in rows]
    told = re.findall(r'\(((?:(?:none|"\w+"), \d+, )*)\)', looks[1:])
    return [list(_cut(row, said)) for row, said in zip(rows, told, strict=True)]


def _cut(row: str, said: str) -> list[tuple[str | None, str]]:
    told = said.split(", ")[:-1]
    pairs = [(look.strip('"'), int(length)) for look, length in zip(told[::2], told[1::2], strict=True)]
    ends = [0]
    for _, length in pairs:
        ends.append(ends[-1] + length)
    whole = row.encode()
    assert not pairs or ends[-1] == len(whole)
    cut = [whole[start:end].decode() for start, end in pairwise(ends)]
    looks = [None if look == "none" else look for look, _ in pairs]
    return list(zip(looks, cut, strict=True)) if pairs else [(None, row)]


def _unescaped(literal: str) -> str:
    text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), literal[1:-1])
    return text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")


def test_each_kind_of_word_has_its_look() -> None:
    runs = [(look, words.strip()) for row in looks_of(PYTHON, "python") for look, words in row]
    for words, look in WORDS_OF:
        assert any(words in run and look == found for found, run in runs), (words, runs)


@pytest.mark.parametrize("language", ["python", "r", "bash", "html", "tex", "sql", "nessuna", ""])
@settings(max_examples=30, deadline=None)
@given(text=st.text(alphabet=st.sampled_from("ab1 \n\t\"'#$%(){}è😀\\<>=_.@"), max_size=150))
def test_looks_change_no_text(language: str, text: str) -> None:
    rows = ["".join(words for _, words in row) for row in looks_of(text.replace("\\", ""), language, 40)]
    plain = _unescaped(str(Gate(columns=40).code(text.replace("\\", ""))))
    assert "\n".join(rows) == plain


def test_a_text_that_goes_on_in_the_next_row_keeps_its_look() -> None:
    rows = looks_of('x = "' + "parola " * 30 + '" + y', "python", 60)
    assert len(rows) > 3
    assert all(row == [("string", row[0][1])] for row in rows[1:-1])
    assert rows[-1][-1] == (None, "+ y")


def test_code_of_no_known_language_and_very_long_code_have_one_colour() -> None:
    assert "looks" not in highlighting.code("def x", "nessuna", Gate())
    assert "looks" not in highlighting.code("x = None\n" * 20_000, "python", Gate())
    assert "looks" in highlighting.code("x = None\n", "python", Gate())


def test_the_pdf_has_the_colours_and_all_of_the_code() -> None:
    cells = [new_code_cell(PYTHON), new_markdown_cell(f"```python\n{PYTHON}```")]
    metadata = {"language_info": {"name": "python"}}
    for alone in cells:
        pdf = pdf_of(new_notebook(cells=[alone], metadata=metadata))
        drawn = "".join(page.get_contents().get_data().decode("latin-1") for page in read(pdf).pages)  # type: ignore[union-attr]
        assert [name for name, colour in COLOURS.items() if not re.search(operands(colour), drawn)] == []
        assert squeezed(PYTHON) in squeezed(text_of(pdf))
