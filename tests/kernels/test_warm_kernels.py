"""Warm kernels behave as ordinary ones do, in places of their own, and leave nothing behind."""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbformat import v4

from sharedsocial_utils.kernels import address, linux, provisioner

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="warm kernels need Linux"),
]
MODULES = ["pandas", "matplotlib.pyplot"]
ARGV = ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]


def spec(**config: Any) -> KernelSpec:
    named = {"provisioner_name": "warm-provisioner", "config": {"modules": MODULES, **config}}
    return KernelSpec(
        argv=ARGV, display_name="Warm", language="python", metadata={"kernel_provisioner": named}
    )


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[None]:
    """One server for all tests."""
    with (
        provisioner.WarmProvisioner.serving(MODULES, os.environ) as served,
        pytest.MonkeyPatch.context() as m,
    ):
        for name, value in served.named.items():
            m.setenv(name, value)
        yield


class Session:
    """A kernel and its client."""

    def __init__(self, **config: Any) -> None:
        self.manager = AsyncKernelManager()
        self.manager._kernel_spec = spec(**config)

    async def __aenter__(self) -> "Session":
        await self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        await self.client.wait_for_ready(timeout=30)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.client.stop_channels()
        await self.manager.shutdown_kernel(now=True)

    async def run(self, code: str) -> str:
        """What the cell prints; an error is its name and value."""
        message, said = self.client.execute(code), ""
        while True:
            heard = await self.client.get_iopub_msg(timeout=30)
            content = heard["content"]
            if heard["parent_header"].get("msg_id") != message:
                continue
            if heard["msg_type"] == "stream":
                said += content["text"]
            elif heard["msg_type"] == "error":
                said += f"{content['ename']}: {content['evalue']}"
            elif content.get("execution_state") == "idle":
                return said

    async def ended(self) -> int:
        async with asyncio.timeout(20):
            while (code := await self.manager.provisioner.poll()) is None:
                await asyncio.sleep(0.01)
        return int(code)


# ---- as an ordinary kernel


FIGURE = """\
import matplotlib.pyplot as plt, pandas as pd
pd.DataFrame({"hours": [1, 3, 2]}).plot()
"""


def executed(folder: Path, kernel: str, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The outputs of a plain notebook, run by papermill."""
    import papermill

    for name, about in (("warm", spec()), ("plain", KernelSpec(argv=ARGV, language="python"))):
        place = folder / "kernels" / name
        place.mkdir(parents=True, exist_ok=True)
        (place / "kernel.json").write_text(about.to_json())
    monkeypatch.setenv("JUPYTER_PATH", str(folder))
    cells = [v4.new_code_cell(text) for text in ("word = 'a'", "print(word)\n6 * 7", FIGURE)]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(v4.new_notebook(cells=cells), folder / "in.ipynb")
    done = papermill.execute_notebook(
        folder / "in.ipynb", None, {"word": "ciao"}, kernel_name=kernel, language="python", progress_bar=False
    )
    return [cell.outputs for cell in done.cells]


@pytest.mark.slow
def test_papermill_runs_a_plain_notebook_with_inline_figures_as_with_an_ordinary_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm = executed(tmp_path, "warm", monkeypatch)
    assert warm[2][0].text == "ciao\n"
    assert warm[3][-1].data["image/png"]
    assert warm == executed(tmp_path, "plain", monkeypatch)


@pytest.mark.slow
def test_jupyter_execute_and_one_server_for_a_command(tmp_path: Path) -> None:
    place = tmp_path / "kernels" / "warm"
    place.mkdir(parents=True)
    (place / "kernel.json").write_text(spec().to_json())
    notebook = v4.new_notebook(cells=[v4.new_code_cell("import sys; print('pandas' in sys.modules)")])
    nbformat.write(notebook, tmp_path / "a.ipynb")
    execute = [sys.executable, "-m", "jupyter", "execute", "--kernel_name=warm", "--inplace", "a.ipynb"]
    for command in (execute, [sys.executable, "-m", "sharedsocial_utils.kernels", *MODULES, "--", *execute]):
        own = {name: value for name, value in os.environ.items() if name != address.NAME}
        env = {**own, "JUPYTER_PATH": str(tmp_path)}
        subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True)
        assert nbformat.read(tmp_path / "a.ipynb", 4).cells[0].outputs[0].text == "True\n"


async def test_an_interrupt_ends_the_cell_and_not_the_kernel() -> None:
    async with Session() as session:
        running = asyncio.ensure_future(session.run("print('on', flush=True)\nimport time; time.sleep(60)"))
        await asyncio.sleep(0.5)
        await session.manager.interrupt_kernel()
        assert (await running).endswith("KeyboardInterrupt: ")
        assert await session.run("print('alive')") == "alive\n"


@pytest.mark.parametrize(
    ("code", "status"),
    [("import os; os._exit(7)", 7), ("import os; os.kill(os.getpid(), 9)", -9), ("exit", 0)],
)
async def test_the_exit_status_is_told(code: str, status: int) -> None:
    async with Session() as session:
        session.client.execute(code)
        assert await session.ended() == status


async def test_a_kernel_can_be_started_again_in_its_place() -> None:
    async with Session() as session:
        first = await session.run("import os; kept = 1; print(os.getpid())")
        await session.manager.restart_kernel(now=True)
        await session.client.wait_for_ready(timeout=30)
        assert await session.run("'kept' in globals() or print(os)") == "NameError: name 'os' is not defined"
        assert await session.run("import os; print(os.getpid())") != first


async def test_what_forked_children_print_arrives() -> None:
    async with Session() as session:
        code = (
            "import os, sys\nif os.fork() == 0:\n    print('child', flush=True)\n    os._exit(0)\nos.wait()"
        )
        assert await session.run(f"{code}\nimport time; time.sleep(0.3)") == "child\n"


# ---- in its own place


async def test_each_kernel_has_its_own_places_and_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    probe = """\
import os, json, random, tempfile, time, numpy, matplotlib, psutil
seen = [os.getpid(), os.path.expanduser("~"), tempfile.gettempdir(), matplotlib.get_cachedir(),
        random.random(), numpy.random.random(), psutil.Process().memory_info().rss]
told = [os.getcwd(), os.getsid(0) == os.getpid(), time.tzname[0], psutil.Process().net_connections("inet")]
print(json.dumps([seen, told]))
"""
    async with Session() as one, Session() as two:
        (seen, told), (others, _) = json.loads(await one.run(probe)), json.loads(await two.run(probe))
    assert all(mine != theirs for mine, theirs in zip(seen[:6], others[:6], strict=True))
    assert told == [str(Path.cwd()), True, "JST", []]
    for place in seen[1:4]:
        assert address.PREFIX in place
        assert not Path(place).exists()


async def test_the_sockets_lie_in_a_private_folder_and_no_port_is_open() -> None:
    async with Session() as session:
        folder = Path(session.manager.ip).parents[1]
        assert folder.stat().st_mode & 0o777 == 0o700
        server = psutil.Process(session.manager.provisioner.pid).parent()
        assert server
        for process in (server, *server.children(recursive=True)):
            assert process.net_connections("inet") == []


@pytest.mark.slow
@pytest.mark.tool("ss")
def test_no_port_is_open_in_many_starts_side_by_side() -> None:
    """SHAREDSOCIAL_STARTS says in how many: 200 if not given, 2000 for a release."""

    async def eight(count: int) -> int:
        sessions = [Session() for _ in range(count)]
        await asyncio.gather(*(session.manager.start_kernel() for session in sessions))
        family = [psutil.Process(session.manager.provisioner.pid) for session in sessions]
        family += [psutil.Process(), *family[0].parents()[:2]]
        ports = sum(len(process.net_connections("inet")) for process in family)
        own = {f"pid={process.pid}," for process in family}
        listed = subprocess.run(["ss", "-Htanp"], capture_output=True, text=True, check=True).stdout
        ports += sum(any(pid in line for pid in own) for line in listed.splitlines())
        await asyncio.gather(*(session.manager.shutdown_kernel(now=True) for session in sessions))
        return ports

    starts = int(os.environ.get("SHAREDSOCIAL_STARTS", "200"))
    ports = [asyncio.run(eight(min(8, starts - begun))) for begun in range(0, starts, 8)]
    assert sum(ports) == 0


async def test_memory_and_processor_time_have_limits() -> None:
    async with Session(memory_mb=500, cpu_seconds=1) as session:
        assert await session.run("x = bytearray(2**30)") == "MemoryError: "
        session.client.execute("while True: pass")
        assert await session.ended() == -signal.SIGXCPU


@pytest.mark.skipif(not linux.landlock_version(), reason="this Linux has no Landlock")
async def test_a_closed_kernel_reads_and_writes_only_what_is_named(tmp_path: Path) -> None:
    for name in ("mine", "open", "theirs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(name)
    mine, free, theirs = (str(tmp_path / name) for name in ("mine", "open", "theirs"))
    async with Session(readable=[mine], writable=[free]) as session:
        assert await session.run(f"print(open('{mine}/a.txt').read())") == "mine\n"
        assert await session.run(f"open('{free}/b.txt', 'w').write('b')") == ""
        for refused in (
            f"open('{theirs}/a.txt')",
            f"open('{mine}/a.txt', 'a')",
            f"__import__('os').listdir('{theirs}')",
        ):
            assert (await session.run(refused)).startswith("PermissionError"), refused
        started = "__import__('subprocess').run(['cat', '{}/a.txt'], capture_output=True).stdout"
        assert (
            await session.run(f"print({started.format(mine)}, {started.format(theirs)})") == "b'mine' b''\n"
        )
        web = "__import__('socket').create_connection(('127.0.0.1', 9))"
        if linux.landlock_version() >= 4:
            assert (await session.run(web)).startswith("PermissionError")
        assert (
            await session.run("%matplotlib inline\nimport matplotlib.pyplot as p\n_ = p.plot([1, 2])") == ""
        )


@pytest.mark.slow
async def test_the_server_has_loaded_whatever_a_kernel_needs() -> None:
    """What a later version imports late shows here: it belongs into `preloading`."""
    async with Session() as session:
        await session.run(FIGURE)
        await session.run("1 / 0")
        late = await session.run(
            "import os, sys, time\n"
            "print(*sorted(n for n, m in sys.modules.items() if getattr(m, '__file__', None)"
            " and n.split('.')[0] in {'IPython', 'ipykernel', 'tornado', 'zmq', 'debugpy'}))"
        )
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys; from sharedsocial_utils.kernels.preloading import preload; "
         f"preload({MODULES}); print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert set(late.split()) - set(loaded) == set()


async def test_later_modules_are_imported_while_kernels_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a minute of modules: the first kernels come before the last of them."""
    names = [f"late_{number:03}" for number in range(300)]
    for name in names:
        (tmp_path / f"{name}.py").write_text("__import__('time').sleep(0.1)")
    environment = {k: v for k, v in os.environ.items() if k != address.NAME}
    environment |= {"PYTHONPATH": str(tmp_path)}
    with provisioner.WarmProvisioner.serving([], environment, ["no_such_module", *names]) as served:
        for name, value in served.named.items():
            monkeypatch.setenv(name, value)
        seen = []
        for _ in range(2):
            async with Session() as session:
                loaded = await session.run(
                    "import sys; print(*sorted(n for n in sys.modules if n[:5] == 'late_'))"
                )
                seen.append(loaded.split())
            await asyncio.sleep(0.3)
    assert seen[0] == names[: len(seen[0])]
    assert seen[1] == names[: len(seen[1])]
    assert len(seen[0]) < len(seen[1]) < len(names)


# ---- and leaves nothing behind


STARTER = """\
import asyncio, sys
sys.path.insert(0, {folder!r})
import test_warm_kernels as t
async def main():
    async with t.Session(modules=[]) as session:
        code = "import subprocess as s, os; print(os.getpid(), s.Popen(['sleep', '99']).pid,"
        code += "s.Popen(['sleep', '98'], start_new_session=True).pid)"
        print(session.manager.ip, (await session.run(code)).strip(), flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["client and server", "client", "kernel", "server", "guard"])
def test_whoever_is_killed_nothing_stays(victim: str) -> None:
    own = {name: value for name, value in os.environ.items() if name != address.NAME}
    program = STARTER.format(folder=str(Path(__file__).parent))
    client = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=own)
    assert client.stdout
    with client:
        place, *pids = client.stdout.readline().split()
        family = [psutil.Process(int(pid)) for pid in pids]
        server, guard = family[0].parents()[:2]
        named = {"client": client, "kernel": family[0], "server": server, "guard": guard}
        for name in victim.split(" and "):
            named[name].kill()
        left = psutil.wait_procs(family, timeout=5)[1]
        client.kill()
    assert left == []
    assert psutil.wait_procs([server, guard], timeout=5)[1] == []
    assert not Path(place).parents[1].exists()


def test_a_server_that_was_killed_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(address.NAME)

    async def twice() -> None:
        for _ in range(2):
            async with Session(modules=[]) as session:
                server = psutil.Process(session.manager.provisioner.pid).parent()
                assert await session.run("print(1)") == "1\n"
            assert server
            server.kill()

    asyncio.run(twice())
    provisioner._own.close()
    provisioner._own_server.cache_clear()


# ---- where it cannot be


@pytest.mark.parametrize("why", ["system", pytest.param("thread", marks=pytest.mark.slow)])
def test_an_ordinary_kernel_starts_and_it_is_said_once(
    why: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.delenv(address.NAME)
    config: dict[str, Any] = {}
    if why == "system":
        monkeypatch.setattr(provisioner, "is_possible", lambda: False)
    else:
        (tmp_path / "threads.py").write_text(
            "import threading, time\nthreading.Thread(target=time.sleep, args=(99,), daemon=True).start()"
        )
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        config = {"modules": ["threads"]}
    provisioner._say_once.cache_clear()

    async def twice() -> None:
        for _ in range(2):
            async with Session(**config) as session:
                assert await session.run("print(1)") == "1\n"

    with caplog.at_level(logging.WARNING):
        asyncio.run(twice())
    said = [record.message for record in caplog.records if "warm kernel" in record.message]
    assert said == ["no warm kernel (it needs Linux and this Python): an ordinary kernel starts"]
