"""The kernels of a run, as papermill meets them."""

import sys
from pathlib import Path

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from nbformat import from_dict

from sharedsocial_utils.delivering import kernels
from sharedsocial_utils.delivering.running import import_papermill


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere an ordinary kernel starts")
def test_papermill_does_not_wait_for_outputs_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """jupyter_client's own wait ends 0.2 seconds after the kernel's last word."""

    async def waits(*_: object, **__: object) -> None:
        raise AssertionError("jupyter_client's own wait")

    monkeypatch.setattr(AsyncKernelClient, "wait_for_ready", waits)
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "1 + 1", "outputs": []}
    notebook = from_dict({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    kernel = kernels.start(kernels.Home(tmp_path / "kernels", [], [str(tmp_path)]), "one", [])
    try:
        done = import_papermill().execute_notebook(
            notebook, None, km=kernel, kernel_name="python3", language="python", progress_bar=False
        )
    finally:
        kernels.stop(kernel)
    assert done.cells[-1].outputs[0]["data"] == {"text/plain": "2"}
