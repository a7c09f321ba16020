"""What the warm process imports: what workers and kernels will need.

The rooms' modules are found in their folders, so that none is forgotten; what the libraries import only when
they come to it is named.
"""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
FIRST_ROOMS, ROOMS = ("reading", "readers", "typst_export"), ("telling", "measuring", "deciding")
FIRST = (
    "papermill", "nbclient", "nbconvert.exporters", "typst", "sharedsocial_utils.delivering.pipeline",
    "pyarrow.dataset", "pyarrow.parquet", "feedparser", "openpyxl", "xlrd", "defusedxml.ElementTree",
)  # fmt: skip
LATE = (
    "babel.dates", "babel.numbers", "pyarrow.csv", "pyarrow.substrait",
    "pandas.core.arrays.arrow._arrow_utils", "pandas.core.methods.to_dict", "pandas.core.reshape.reshape",
    "tzdata", "zmq.utils.garbage", "matplotlib.figure", "matplotlib.backends.backend_svg", "matplotlib.style",
    "scipy.special", "scipy.optimize", "scipy.sparse", "ipywidgets",
)  # fmt: skip


def first() -> list[str]:
    """For a worker, which makes the PDF too, and the first notebook's kernel: before the first fork."""
    return [*FIRST, *(module for room in FIRST_ROOMS for module in _modules_of(room))]


def later() -> list[str]:
    """For the other notebooks: while the first notebook runs."""
    return [*(module for room in ROOMS for module in _modules_of(room)), *LATE]


def _modules_of(room: str) -> list[str]:
    paths = sorted((PACKAGE / room).rglob("*.py"))
    names = (path.relative_to(PACKAGE.parent).with_suffix("").parts for path in paths)
    return [".".join(parts).removesuffix(".__init__") for parts in names]
