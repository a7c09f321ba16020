"""Tests that need a system tool say so: `@pytest.mark.tool("qpdf")`. Missing, the test is skipped with that
reason; where SHAREDSOCIAL_ALL_TOOLS=1 says that all tools are there (`.ci/run`), it fails."""

import os
import shutil

import pytest


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("tool"):
        for name in mark.args:
            if shutil.which(name) is None:
                _missing(name)


def _missing(name: str) -> None:
    reason = f"needs the system tool {name}"
    if os.environ.get("SHAREDSOCIAL_ALL_TOOLS") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
