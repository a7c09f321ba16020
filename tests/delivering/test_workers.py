"""Calls in processes of their own: each one's end is its own."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharedsocial_utils.delivering import events
from sharedsocial_utils.delivering.workers import Workers
from sharedsocial_utils.errors import Fault

heard: list[tuple[str, str]] = []


@pytest.fixture(params=["fork", pytest.param("new interpreter", marks=pytest.mark.slow)])
def workers(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workers]:
    if request.param == "new interpreter":
        from sharedsocial_utils.kernels import provisioner

        monkeypatch.setattr(provisioner, "is_possible", lambda: False)
    with Workers(2, tmp_path / "w", lambda *told: heard.append(told)) as workers:
        yield workers


def test_calls_answer_raise_tell_die_and_run_out_of_time(workers: Workers) -> None:
    heard.clear()
    assert workers.submit(divmod, 7, 2).result() == (3, 1)
    assert workers.submit(os.getpid).result() != os.getpid()
    workers.submit(events.tell, "rossi", "pdf").result()
    assert heard == [("rossi", "pdf")]
    with pytest.raises(ZeroDivisionError):
        workers.submit(divmod, 1, 0).result()
    with pytest.raises(Fault, match="its process ended: signal SIGABRT") as caught:
        workers.submit(os.abort).result()
    assert caught.value.code == "RUN-03"
    with pytest.raises(Fault, match="its process ended: exit code 3"):
        workers.submit(os._exit, 3).result()
    workers.seconds = 2
    with pytest.raises(Fault, match="not done after 2 seconds"):
        workers.submit(time.sleep, 99).result()


def test_who_is_interrupted_waits_for_nobody(tmp_path: Path) -> None:
    begun = time.monotonic()
    workers = Workers(1, tmp_path / "w", lambda *_: None)
    running, waiting = (workers.submit(time.sleep, 99) for _ in range(2))
    time.sleep(0.3)
    workers.__exit__(KeyboardInterrupt)
    assert time.monotonic() - begun < 20
    assert waiting.cancelled()
    with pytest.raises(Fault):
        running.result()
