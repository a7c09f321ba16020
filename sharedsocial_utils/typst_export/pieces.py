"""The texts of a notebook that need pandoc, read all at once before the cells are written.

`Pieces.of(cells)` walks the cells, gives each Markdown cell and each Markdown, HTML or LaTeX output a key (in
its metadata, since templates get copies), lets pandoc read them, replaces the HTML inside Markdown by what it
stands for, and translates the formulas.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from . import pandoc
from .macros import expanded
from .pandoc import Node

KEY = "typst_export_piece"
PLACE = "typst-export-place-"
NOTE, MONO = "typst-export-note", "typst-export-mono"
KINDS = {"text/markdown": "markdown", "text/html": "html", "text/latex": "latex"}
ENVIRONMENT = re.compile(r"(?<![$\\])\\begin\{(\w+\*?)\}.*?\\end\{\1\}", re.DOTALL)
LIKE_ENVIRONMENT = re.compile(r"\s*\\begin\{(align|equation|gather|multline|eqnarray|aligned|split)\*?\}")
FENCED = re.compile(
    r"(^(```+|~~~+).*?^\2[`~]*[ \t]*$|`[^`\n]+`|\$\$.*?\$\$|(?<!\\)\$(?! )[^$`]+\$)", re.DOTALL | re.MULTILINE
)
CODE_OR_DISPLAY = re.compile(
    r"(^(```+|~~~+).*?^\2[`~]*[ \t]*$|(`+)(?!`).*?(?<!`)\3(?!`)|\$\$.*?\$\$)", re.DOTALL | re.MULTILINE
)
IN_LINE = re.compile(r"(?<![\\$])\$(?!\$)((?:[^$\\\n]|\\.|\n(?!\s*\n))+?)\$(?![$\d])")
TEX = re.compile(r"[\\^_{}=]")
DELIMITED = re.compile(r"^\s*(\$\$?|\\\[|\\\()(.*?)(\$\$?|\\\]|\\\))\s*$", re.DOTALL)
CHARACTERS_AT_MOST = 20_000_000
"""A larger output is not given to pandoc; its plain text is shown."""

# What a page on paper cannot hold. Scripts are taken out whole; of the others the text inside stays.
SCRIPT = re.compile(r"<script\b[^>]*>.*?(?:</script\s*>|\Z)", re.DOTALL | re.IGNORECASE)
STYLE = re.compile(r"<style\b[^>]*>.*?(?:</style\s*>|\Z)", re.DOTALL | re.IGNORECASE)
RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
CELL_ID = re.compile(r"#(T_\w*row\d+_col\d+)\s*(?:,|$)")
PLAYED = re.compile(r"<(?P<name>iframe|video|audio|object|embed|canvas)\b(?P<rest>[^>]*)>", re.IGNORECASE)
CODE = re.compile(r"<(/?)(?:code|tt|samp|var)\b[^>]*>", re.IGNORECASE)
UNSEEN = re.compile(r"\s*<(?:!--|script|style|title)", re.IGNORECASE)
SOURCE = re.compile(r"\b(?:src|data)\s*=\s*[\"']?(https?://[^\"'\s>]{1,300})", re.IGNORECASE)
NAMES = {"iframe": "an embedded page", "object": "an embedded object", "embed": "an embedded object",
         "canvas": "a drawing of a script", "video": "a video", "audio": "a sound"}  # fmt: skip


@dataclass
class Pieces:
    """What pandoc made of the notebook's texts."""

    trees: dict[str, list[Node]] = field(default_factory=dict)
    formulas: dict[tuple[str, bool], str | None] = field(default_factory=dict)
    targets: set[str] = field(default_factory=set)
    styles: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def of(cells: list[MutableMapping[str, Any]]) -> "Pieces":
        """Read all that pandoc has to read. Raises ExportError."""
        texts = dict(_texts(cells))
        read: dict[str, list[Node] | None] = {}
        for kind in ("markdown", "latex"):
            mine = {key: text for key, (of, text) in texts.items() if of == kind}
            read |= dict(zip(mine, pandoc.trees(list(mine.values()), kind), strict=True))
        pages = {key: named_unshown(text) for key, (of, text) in texts.items() if of == "html"}
        read |= _read_html(pages, [tree for tree in read.values() if tree])
        pieces = Pieces({key: tree for key in texts if (tree := read[key]) is not None})
        pieces.styles = {
            name: css for of, text in texts.values() if of == "html" for name, css in _styles(text)
        }
        pieces._read_formulas()
        pieces.targets = {target for tree in pieces.trees.values() for target in _targets(tree)}
        return pieces

    def _read_formulas(self) -> None:
        """Translate each formula once. Macros hold from where they are defined, so the order matters."""
        wanted = list(dict.fromkeys(formula for tree in self.trees.values() for formula in _formulas(tree)))
        sources = [_known_latex(source) for source in expanded(source for source, _ in wanted)]
        asked = [place for place, source in enumerate(sources) if source.strip()]
        found = pandoc.formulas([sources[place] for place in asked], [wanted[place][1] for place in asked])
        self.formulas = dict.fromkeys(wanted, "")
        self.formulas |= {wanted[place]: code or None for place, code in zip(asked, found, strict=True)}

    def with_formulas(self, is_fit: Callable[[str], bool]) -> "Pieces":
        """The same without the code of formulas that are not fit: they are shown as LaTeX."""
        kept = {key: None if code and not is_fit(code) else code for key, code in self.formulas.items()}
        return replace(self, formulas=kept)

    def first_title(self, cells: Iterable[Mapping[str, Any]]) -> str:
        """The words of the first heading of level 1, on one line; "" if there is none."""
        trees = (self.tree(cell["metadata"]) or [] for cell in cells if cell["cell_type"] == "markdown")
        titles = (plain(node["c"][2]) for tree in trees for node in tree if _is_title(node))
        return next((" ".join(title.split()) for title in titles if title.strip()), "")

    def tree(self, metadata: Mapping[str, Any]) -> list[Node] | None:
        """The blocks of a cell or output, by its metadata; None if pandoc did not read it."""
        return self.trees.get(metadata.get(KEY, ""))


def _is_title(node: Node) -> bool:
    return bool(node["t"] == "Header" and node["c"][0] == 1)


def _texts(cells: list[MutableMapping[str, Any]]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Key => kind and text, written into the metadata on the way."""
    for place, cell in enumerate(cells, 1):
        if cell["cell_type"] == "markdown":
            cell["metadata"][KEY] = f"{place}"
            yield f"{place}", ("markdown", with_dollars(cell["source"]))
        for number, output in enumerate(cell.get("outputs", ()), 1):
            data = output.get("data", {})
            mime = next((mime for mime in KINDS if isinstance(data.get(mime), str)), None)
            if mime and len(data[mime]) <= CHARACTERS_AT_MOST:
                output["metadata"][KEY] = f"{place}.{number}"
                yield f"{place}.{number}", _piece(KINDS[mime], data[mime])


def _piece(kind: str, text: str) -> tuple[str, str]:
    """LaTeX that is one formula is read as Markdown, which knows it too."""
    formula = DELIMITED.match(text) if kind == "latex" else None
    if formula:
        return "markdown", f"$${' '.join(formula[2].split())}$$"
    return kind, with_dollars(text) if kind == "markdown" else text


def with_dollars(text: str) -> str:
    r"""Mathematics as pandoc wants it: Jupyter knows `$ x $`, and `\begin{align}` without dollars, too."""
    parts = FENCED.split(_with_tight_dollars(text))
    plain = range(0, len(parts), 3)
    return "".join(
        ENVIRONMENT.sub(_in_dollars, part) if place in plain else part
        for place, part in enumerate(parts)
        if place % 3 != 2
    )


def _with_tight_dollars(text: str) -> str:
    """`$ x $` => `$x$`, but not in code."""
    parts = CODE_OR_DISPLAY.split(text) if "$" in text else [text]
    return "".join(
        IN_LINE.sub(_tight, part) if place % 4 == 0 else part
        for place, part in enumerate(parts)
        if part is not None and place % 4 < 2
    )


def _tight(match: re.Match[str]) -> str:
    """Amounts of money have no space at both ends, and nothing of TeX in them."""
    inside = match[1]
    is_open = inside[:1].isspace() and inside[-1:].isspace()
    return f"${inside.strip()}$" if inside.strip() and (is_open or TEX.search(inside)) else match[0]


def _in_dollars(match: re.Match[str]) -> str:
    lines = [line for line in match[0].splitlines() if line.strip()]
    return "\n$$" + "\n".join(lines) + "$$\n"


def named_unshown(html: str) -> str:
    """HTML without scripts and players; a note in the place of each says what is not shown."""
    html = SCRIPT.sub(_note("a script is not run"), STYLE.sub("", html)) if "<s" in html.lower() else html
    return PLAYED.sub(_named, html)


def _styles(html: str) -> Iterator[tuple[str, str]]:
    """What a Styler says of its cells: id => declarations. Other CSS has no place on paper."""
    for sheet in STYLE.findall(html):
        for selectors, css in RULE.findall(sheet):
            yield from ((name, css) for name in CELL_ID.findall(selectors))


def _named(match: re.Match[str]) -> str:
    source = SOURCE.search(match["rest"])
    address = f": {source[1]}" if source else ""
    return _note(f"{NAMES[match['name'].lower()]} is not shown{address}")


def _note(text: str) -> str:
    return f'<span class="{NOTE}">[{text}]</span>'


def slug(name: str) -> str:
    """The name of an anchor as browsers, Jupyter and pandoc write it alike: `#My-Title` => `my-title`."""
    return unquote(name.removeprefix("#")).strip().replace(" ", "-").casefold()


def _targets(node: Any) -> Iterator[str]:
    """What links within the notebook lead to."""
    if isinstance(node, list):
        for item in node:
            yield from _targets(item)
    elif isinstance(node, dict):
        if node.get("t") == "Link" and node["c"][2][0].startswith("#"):
            yield slug(node["c"][2][0])
        yield from _targets(node.get("c"))


def _formulas(node: Any) -> Iterator[tuple[str, bool]]:
    if isinstance(node, list):
        for item in node:
            yield from _formulas(item)
    elif isinstance(node, dict):
        if node.get("t") == "Math":
            yield formula_of(node["c"])
        elif "c" in node:
            yield from _formulas(node["c"])


def formula_of(content: list[Any]) -> tuple[str, bool]:
    """The LaTeX of a formula, and whether it stands on lines of its own."""
    kind, source = content
    return source, kind["t"] == "DisplayMath" or bool(LIKE_ENVIRONMENT.match(source))


def _known_latex(source: str) -> str:
    """Older LaTeX in the words that pandoc knows; labels are for references that a notebook cannot make."""
    source = re.sub(r"\\(label|tag)\*?\{[^}]*\}|\\(nonumber|notag)\b", "", source)
    if "{eqnarray" in source:
        source = re.sub(r"\{eqnarray(\*?)\}", r"{align\1}", source)
        source = re.sub(r"&\s*(=|\\[a-z]+|[<>+-])\s*&", r"&\1 ", source)
    return re.sub(r"\\cr\b", r"\\\\", source)


# Words


def plain(node: Any) -> str:
    """The words of a tree, for measures and alternative texts."""
    if isinstance(node, list):
        return (" " if node and _are_blocks(node) else "").join(filter(None, map(plain, node)))
    if not isinstance(node, Mapping):
        return ""
    kind: str = node["t"]
    content: Any = node.get("c")
    if kind in ("Str", "Space", "SoftBreak", "LineBreak"):
        return str(content) if kind == "Str" else " "
    if kind in ("Code", "CodeBlock", "Math", "RawInline", "RawBlock"):
        return str(content[1])
    return plain(_below(kind, content))


def _below(kind: str, content: Any) -> Any:
    if kind in ("Link", "Image", "Span", "Div", "Quoted", "Cite", "OrderedList"):
        return content[1]
    return content[2] if kind == "Header" else content


# HTML inside Markdown: pandoc leaves it as it is, tag by tag


def _read_html(pages: dict[str, str], trees: list[list[Node]]) -> dict[str, list[Node] | None]:
    """Read HTML outputs; and replace each list of blocks or inlines of the trees that holds raw HTML by what
    that HTML makes of it."""
    found = [nodes for tree in trees for nodes in _with_html(tree)]
    texts = [named_unshown("".join(_as_html(nodes))) for nodes in found]
    read = pandoc.trees([*pages.values(), *texts], "html")
    for nodes, tree in zip(found, read[len(pages) :], strict=True):
        if tree is not None:
            nodes[:] = _filled(tree if _are_blocks(nodes) else _inlines(tree), list(nodes))
    return dict(zip(pages, read, strict=False))  # the rest is inner HTML


BLOCKS = {
    "Plain", "Para", "LineBlock", "CodeBlock", "RawBlock", "BlockQuote", "OrderedList", "BulletList",
    "DefinitionList", "Header", "HorizontalRule", "Table", "Figure", "Div",
}  # fmt: skip


def _are_blocks(nodes: list[Any]) -> bool:
    return isinstance(nodes[0], Mapping) and nodes[0].get("t") in BLOCKS


def _with_html(node: Any) -> Iterator[list[Node]]:
    """The lists that hold raw HTML, the inner ones first."""
    if isinstance(node, dict) and "c" in node:
        yield from _with_html(node["c"])
    elif isinstance(node, list):
        for item in node:
            yield from _with_html(item)
        if any(_is_html(item) for item in node):
            yield node


def _is_html(node: Any) -> bool:
    return (
        isinstance(node, dict)
        and node.get("t") in ("RawBlock", "RawInline")
        and str(node["c"][0]).startswith("html")
    )


def _as_html(nodes: list[Node]) -> Iterator[str]:
    """The raw HTML as it is, a place holder for everything else."""
    tag = "div" if _are_blocks(nodes) else "span"
    for place, node in enumerate(nodes):
        if not _is_html(node):
            yield f'<{tag} class="{PLACE}{place}">.</{tag}>'
        elif tag == "div":
            yield node["c"][1]
        else:
            # pandoc keeps only the words of code, and would lose what a place holder stands for
            yield CODE.sub(f'<\\g<1>span class="{MONO}">', node["c"][1])


def _inlines(blocks: list[Node]) -> list[Node]:
    """The inlines of a paragraph that was read as a document of its own."""
    found: list[Node] = []
    for block in blocks:
        if block["t"] in ("Plain", "Para"):
            found += [*([{"t": "LineBreak"}] if found else []), *block["c"]]
        elif block["t"] == "Div":
            found += _inlines(block["c"][1])
        else:
            found.append({"t": "TypstExportBlock", "c": block})
    return found


def _filled(tree: list[Node], nodes: list[Node]) -> list[Node]:
    """The tree with place holders replaced by what they stand for; what lost its place comes at the end."""
    left = {place for place, node in enumerate(nodes) if not _is_html(node)}
    filled: list[Node] = _replaced(tree, nodes, left)
    is_comment = any(_is_html(node) and UNSEEN.match(node["c"][1]) for node in nodes)
    return filled if is_comment else filled + [nodes[place] for place in sorted(left)]


def _replaced(node: Any, nodes: list[Node], left: set[int]) -> Any:
    if isinstance(node, list):
        return [_replaced(item, nodes, left) for item in node]
    if not isinstance(node, dict) or "c" not in node:
        return node
    name = next(iter(node["c"][0][1]), "") if node["t"] in ("Div", "Span") else ""
    if name.startswith(PLACE):
        place = int(name.removeprefix(PLACE))
        left.discard(place)
        return nodes[place]
    return {**node, "c": _replaced(node["c"], nodes, left)}
