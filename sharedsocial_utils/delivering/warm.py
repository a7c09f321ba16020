"""Imported by the warm process: all that workers and kernels will need, before the forks.

The rooms' modules are found in their folders, so that none is forgotten; what the libraries import only when
they come to it is named.
"""

from contextlib import suppress
from importlib import import_module
from pathlib import Path

from sharedsocial_utils.delivering.running import import_papermill

PACKAGE = Path(__file__).resolve().parents[1]
ROOMS = ("reading", "measuring", "deciding", "telling", "typst_export")
LATE = (
    "babel.dates", "babel.numbers", "ipywidgets", "matplotlib.backends.backend_svg", "matplotlib.figure",
    "matplotlib.font_manager", "matplotlib.pyplot", "matplotlib.style", "nbconvert.exporters",
    "pandas.core.arrays.arrow.extension_types", "pandas.core.methods.to_dict", "pandas.core.reshape.reshape",
    "pyarrow.csv", "pyarrow.dataset", "pyarrow.json", "pyarrow.parquet", "pyarrow.substrait",
    "scipy.optimize", "scipy.special", "scipy.stats", "typst", "tzdata", "zmq.utils.garbage",
)  # fmt: skip


def modules_of(room: str) -> list[str]:
    """All modules of a room."""
    paths = sorted((PACKAGE / room).rglob("*.py"))
    names = (path.relative_to(PACKAGE.parent).with_suffix("").parts for path in paths)
    return [".".join(parts).removesuffix(".__init__") for parts in names]


import_papermill()
for name in (*(module for room in ROOMS for module in modules_of(room)), *LATE):
    with suppress(ImportError):  # another version of a library; the notebook that needs it will tell
        import_module(name)
