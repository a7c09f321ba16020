"""One warm process for all tests of this room: to start one for each would take longer than the tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sharedsocial_utils.delivering import kernels, workers


@pytest.fixture(scope="session", autouse=True)
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder: Path = tmp_path_factory.mktemp("warm") / "w"
    kernels.make_folders(folder)
    served = workers.Warm(kernels.environment(folder), folder)
    with pytest.MonkeyPatch.context() as patched:
        for name, value in served.server.named.items():
            patched.setenv(name, value)
        yield
    served.close()
