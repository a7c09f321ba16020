"""What Linux offers to a process that forks others: an end with its parent, adoption, files closed to it.

Landlock (Linux 5.13 and later, where it is switched on) lets a process give up, for itself and all it will
start, every file that it does not name. See landlock(7).
"""

import ctypes
import os
import stat
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 36, 38
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
VERSION_FLAG, RULE_PATH_BENEATH = 1, 1
READ = 0b1101  # execute, read a file, read a folder
OF_FILES = 0b0111 | 1 << 14 | 1 << 15  # execute, write, read, truncate, control: what a file can be asked for
RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # rights to files that each version knows
MAKE_DEVICE = 1 << 6 | 1 << 11  # character and block devices
NETWORK = 0b11  # bind and connect TCP, from version 4
SCOPES = 0b11  # abstract sockets and signals, from version 6


def die_with_parent(signal_number: int) -> None:
    """Asks for a signal at the end of the process that forked this one."""
    _prctl(PR_SET_PDEATHSIG, signal_number)


def adopt_orphans() -> None:
    """Makes this process the parent of all its descendants whose own parent has ended."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def children() -> list[int]:
    """The children of this process, adopted ones too."""
    with suppress(OSError):
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    return []


def threads() -> int:
    """How many threads this process has, whoever started them."""
    return len(list(Path("/proc/self/task").iterdir()))


@cache
def landlock_version() -> int:
    """The version of Landlock that the system offers; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(_syscall(CREATE_RULESET, None, 0, VERSION_FLAG, tolerant=True), 0)


def restrict(readable: Iterable[str], writable: Iterable[str]) -> bool:
    """Gives up all files but these (folders with all below them), TCP, and signals to processes outside.

    For this process and all that it will start, for ever. Returns False where the system has no Landlock.
    Raises OSError.
    """
    version = landlock_version()
    if not version:
        return False
    rights = (1 << RIGHTS_BY_VERSION[min(version, 5)]) - 1
    handled = struct.pack("QQQ", rights, NETWORK if version >= 4 else 0, SCOPES if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _syscall(CREATE_RULESET, handled[:size], size, 0)
    try:
        for path in readable:
            _allow(ruleset, path, READ)
        for path in writable:
            _allow(ruleset, path, rights & ~MAKE_DEVICE)
        _prctl(PR_SET_NO_NEW_PRIVS, 1)
        _syscall(RESTRICT_SELF, ruleset, 0, None)
    finally:
        os.close(ruleset)
    return True


def _allow(ruleset: int, path: str, rights: int) -> None:
    """A path that does not exist needs no rule."""
    with suppress(FileNotFoundError):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not stat.S_ISDIR(os.fstat(place).st_mode):
                rights &= OF_FILES
            _syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
        finally:
            os.close(place)


def _prctl(option: int, value: int) -> None:
    if _libc().prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _syscall(number: int, *values: int | bytes | None, tolerant: bool = False) -> int:
    plain = [ctypes.c_long(value) if isinstance(value, int) else value for value in values]
    result = int(_libc().syscall(ctypes.c_long(number), *plain))
    if result < 0 and not tolerant:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
