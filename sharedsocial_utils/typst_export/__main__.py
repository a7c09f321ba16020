"""`python -m sharedsocial_utils.typst_export NOTEBOOK`: `jupyter nbconvert --to typstpdf`, started faster.

All of nbconvert's options work. What is saved is most of the time in which nbconvert starts: jsonschema
compiles a grammar of web addresses and loads other checkers of formats, of which a notebook has none, and
every exporter is set up in order to be named in the help.
"""

import os
import sys
from typing import Any

CHECKERS = ("rfc3987_syntax", "rfc3986_validator", "isoduration")
"""Packages that jsonschema does without where they are not installed."""
EXPORTERS_UNASKED = "NBCONVERT_DISABLE_CONFIG_EXPORTERS"


def main() -> None:
    """Run nbconvert's command with the arguments of this one."""
    _application().launch_instance(export_format="typstpdf")


def _application() -> Any:
    """nbconvert's; what is switched off while it is imported is on again for programs that it starts."""
    absent = [name for name in CHECKERS if name not in sys.modules]
    before = {name: value for name, value in os.environ.items() if name == EXPORTERS_UNASKED}
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None: as if not installed
    os.environ[EXPORTERS_UNASKED] = "1"
    try:
        from nbconvert.nbconvertapp import NbConvertApp
    finally:
        for name in absent:
            del sys.modules[name]
        del os.environ[EXPORTERS_UNASKED]
        os.environ.update(before)
    return NbConvertApp


if __name__ == "__main__":
    main()
