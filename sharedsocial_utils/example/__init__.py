"""Invented clients in true export formats, with the truth beside them: the library of `sharedsocial demo`.

`spec` says what is fixed about a client (people, activities and their true return); `quercia` fixes the
first client by hand and `casting` draws all others. `effort`, `traffic` and `content` play nine quarters of
it into a `world`; `exports/` writes the world as each service would, and `truth` what a reader must find.
"""

from sharedsocial_utils.example.demo import write_demo

__all__ = ["write_demo"]
