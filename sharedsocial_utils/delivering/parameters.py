"""Parameters of a notebook, strictly: the names are its own, the values are plain identifiers.

papermill writes parameters into the notebook as source text and only warns of a name that the notebook does
not know: it would run with its default client. Here both are refused before a kernel starts.
"""

import ast
import re
from collections.abc import Mapping
from typing import Any

from sharedsocial_utils.errors import Fault, did_you_mean
from sharedsocial_utils.workspace import CLIENT_ID

ALLOWED = {
    "client": CLIENT_ID,
    "quarter": re.compile(r"(19|20)\d\dQ[1-4]"),
    "language": re.compile(r"[a-z]{2}"),
    "workspace": re.compile(r"[^\"'\x00-\x1f\x7f-\x9f\u2028\u2029]+"),
}
"""What a value of each name may be; a parameter of another name is never passed."""


def check_parameters(notebook: str, content: Mapping[str, Any], given: Mapping[str, str]) -> None:
    """Raises `Fault` NB-01 unless the names given are those of the notebook's `parameters` cell, and each
    value is of its kind. `content` is the notebook as JSON."""
    own = declared(notebook, content)
    for name in sorted(given.keys() - own):
        raise _fault(notebook, f'no parameter "{name}"; {did_you_mean(name, sorted(own))}')
    for name in sorted(own - given.keys()):
        raise _fault(notebook, f'its parameter "{name}" was not given; {did_you_mean(name, sorted(given))}')
    for name, value in given.items():
        if name not in ALLOWED or not ALLOWED[name].fullmatch(value):
            raise _fault(notebook, f'the value of "{name}" may not be written into a notebook', value)


def declared(notebook: str, content: Mapping[str, Any]) -> set[str]:
    """The names assigned in the notebook's first cell tagged `parameters`; raises `Fault` NB-01."""
    for cell in content["cells"]:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            return set(assigned(notebook, "".join(cell["source"])))
    raise _fault(notebook, "no cell is tagged `parameters`")


def assigned(notebook: str, source: str) -> dict[str, Any]:
    """The constants that a cell assigns to names; raises `Fault` NB-01 for a cell that does anything else."""
    values: dict[str, Any] = {}
    try:
        for node in ast.parse(source).body:
            if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
                raise _fault(notebook, "the cell tagged `parameters` does more than assign constants")
            values[node.targets[0].id] = ast.literal_eval(node.value)
    except (SyntaxError, ValueError) as error:
        raise _fault(notebook, f"the cell tagged `parameters` cannot be read: {error}") from error
    return values


def _fault(notebook: str, found: str, text: str = "") -> Fault:
    return Fault("NB-01", f"{notebook}: {found}", text=text)
