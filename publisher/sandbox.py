"""A child process under limits: for foreign queries and foreign files.

`start` runs a module of ours in a fresh interpreter. The child then gives up what it does not need, in two
steps, because opening a store needs more than answering from it: `step_down` before, `lock` after. Each returns
what could not be had, as words after "without" in `/health`: where a kernel lacks something, we say so and go on.

After `step_down` a child can open no file but those in one folder, not even the interpreter's own: it must have
imported all by then, and opened what it needs besides.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import pwd
import resource
import signal
import struct
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from socket import socket
from typing import IO, Final, Protocol, cast


class Process(Protocol):
    """A child, ours or that of a child of ours."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    @property
    def stderr(self) -> IO[bytes] | None: ...
    def kill(self) -> None:
        """End it at once."""

    def wait(self) -> int:
        """Wait for its end; returns its code."""


PROBLEM_LIMIT: Final = 65_536
"""Bytes that a child can say on its standard error before it blocks: the capacity of a pipe."""

_PAGE: Final = resource.getpagesize()
_OPEN_FILES: Final = 1024
_NICE: Final = 10


def start(
    module: str, *arguments: str, channel: socket, stderr: int | None = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    """Run a module with the number of its end of `channel` as first argument.

    A fresh interpreter by exec, because forking a process with threads copies locks that nobody will open. It
    knows nothing of our environment, and a Ctrl-C meant for us does not reach it. With None as `stderr` it says
    its errors where we do.
    """
    descriptor = channel.fileno()
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, str(descriptor), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        pass_fds=(descriptor,),
        env=_environment(),
        cwd="/",
        start_new_session=True,
    )


def _environment() -> dict[str, str]:
    """What an interpreter needs to find its libraries and ours; no secrets of the server."""
    kept = ("LD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT")
    home = str(Path(__file__).resolve().parent.parent)
    return {"PYTHONPATH": home} | {name: os.environ[name] for name in kept if name in os.environ}


def resident(pid: int) -> int:
    """Bytes of memory that a process really uses; 0 when it is gone or may not be looked at."""
    try:
        with Path(f"/proc/{pid}/statm").open("rb", buffering=0) as statm:
            return int(statm.read(128).split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def memory() -> int:
    """Bytes of memory that this machine has, or that our group of processes may use if that is less."""
    physical = os.sysconf("SC_PHYS_PAGES") * _PAGE
    try:
        return min(physical, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    except (OSError, ValueError):
        return physical


def bury(process: Process) -> bytes:
    """Wait for the end of a child; returns what it said on its standard error, up to what a pipe holds."""
    process.wait()
    with cast(IO[bytes], process.stderr) as stderr:
        os.set_blocking(stderr.fileno(), False)
        # Nothing to read and no end either: a child of its own outlives it for a moment.
        with suppress(BlockingIOError):
            return os.read(stderr.fileno(), PROBLEM_LIMIT)
    return b""


def last_line(said: bytes) -> str:
    """The last line of what a child said: the reason why it ended."""
    return said.decode(errors="replace").strip().rpartition("\n")[2]


def die_with(parent: int) -> bool:
    """End when the parent does; False where the kernel cannot see to that."""
    return _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) and os.getppid() == parent


def step_down(readable: Path | None, parent: int) -> list[str]:
    """Be nobody, be nice, die with the parent, open no file; `readable` is the folder that stays readable, if any.

    Call it in the main thread, before there are others: those have what it has left.
    """
    os.nice(_NICE)
    missing = _become_nobody(readable)
    # After the change of user, which resets it.
    if not die_with(parent):
        missing.append("word of the death of their parent")
    if not _prctl(_PR_SET_DUMPABLE, 0):
        missing.append("memory that cannot be dumped")
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    with suppress(OSError):
        _size()
    return missing + _close_files(readable)


def lock(memory: int) -> list[str]:
    """Allow `memory` bytes of address space more than now, no network, no other program, for all threads."""
    missing = []
    try:
        _limit(resource.RLIMIT_AS, _address_space() + memory)
    except (OSError, ValueError) as error:
        missing.append(f"a limit of address space: {error}")
    return missing + _forbid_calls()


def allow_seconds(seconds: int) -> None:
    """Let the kernel end this process after so many more seconds of processor time, should the parent not."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))


def _become_nobody(readable: Path | None) -> list[str]:
    if os.geteuid() != 0:
        return []
    try:
        nobody = pwd.getpwnam("nobody")
        groups = os.getgroups()
        os.setgroups([])
        os.setegid(nobody.pw_gid)
        os.seteuid(nobody.pw_uid)
        fits = readable is None or _readable(readable)
        os.seteuid(0)
        os.setegid(0)
        if not fits:
            os.setgroups(groups)
            return ["a user of their own: the release is not readable for `nobody`"]
        os.setresgid(nobody.pw_gid, nobody.pw_gid, nobody.pw_gid)
        os.setresuid(nobody.pw_uid, nobody.pw_uid, nobody.pw_uid)
    except (KeyError, OSError) as error:
        return [f"a user of their own: {error}"]
    return []


def _readable(folder: Path) -> bool:
    """Whether the effective user can read this folder and each file in it."""
    try:
        if not os.access(folder, os.R_OK | os.X_OK, effective_ids=True):
            return False
        return all(os.access(each, os.R_OK, effective_ids=True) for each in folder.iterdir())
    except OSError:
        return False


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _address_space() -> int:
    return int(os.pread(_size(), 128, 0).split()[0]) * _PAGE


@cache
def _size() -> int:
    """A descriptor of what the kernel says of our size, to be read when no file can be opened any more."""
    return os.open("/proc/self/statm", os.O_RDONLY)


# Landlock (man 7 landlock) without a library: what this thread, and those that it starts, may open. All rights
# that its version knows are denied but for what a rule allows; a kernel will not hear of those of later versions.

_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_ASK_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_READ: Final = 1 << 2 | 1 << 3
"""Files and folders."""

# Version: (rights over files, over TCP ports, over processes outside). In order: thirteen from executing to making
# links, moving between folders, truncating, TCP, orders to devices, sockets without a file and signals.
_RIGHTS: Final[dict[int, tuple[int, int, int]]] = {
    1: (0x1FFF, 0, 0),
    2: (0x2000, 0, 0),
    3: (0x4000, 0, 0),
    4: (0, 0x3, 0),
    5: (0x8000, 0, 0),
    6: (0, 0, 0x3),
}


def _close_files(readable: Path | None) -> list[str]:
    """Leave no file but those in this folder, these to be read, and no TCP port.

    An older version than the newest is not worth a word: what it cannot deny the filter of system calls does.
    """
    try:
        version = _landlock(_CREATE_RULESET, None, 0, _ASK_VERSION)
        rights = [each for since, each in _RIGHTS.items() if since <= version]
        denied = struct.pack("=3Q", *map(sum, zip(*rights, strict=True)))
        rules = _landlock(_CREATE_RULESET, denied, len(denied), 0)
        try:
            if readable is not None:
                _let_read(rules, readable)
            _prctl(_PR_SET_NO_NEW_PRIVS, 1)
            _landlock(_RESTRICT_SELF, rules, 0)
        finally:
            os.close(rules)
    except OSError as error:
        return [f"a closed file system: {error.strerror}"]
    return []


def _let_read(rules: int, folder: Path) -> None:
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        _landlock(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", _READ, descriptor), 0)
    finally:
        os.close(descriptor)


def _landlock(*arguments: object) -> int:
    """One of its system calls, which have the same numbers everywhere; raises `OSError`."""
    result = int(_libc().syscall(*arguments)) if sys.platform == "linux" else -1
    if result < 0:
        number = ctypes.get_errno() or errno.ENOSYS
        raise OSError(number, os.strerror(number))
    return result


# What follows is seccomp (man 2 seccomp) without a library: a filter over the numbers of system calls.

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38
_SET_MODE_FILTER: Final = 1
_TSYNC: Final = 1
_ALLOW: Final = 0x7FFF0000
_ERRNO: Final = 0x00050000
_EPERM: Final = _ERRNO | 1
_ENOSYS: Final = _ERRNO | 38
_KILL: Final = 0x80000000
_LOAD: Final = 0x20
_EQUAL: Final = 0x15
_AT_LEAST: Final = 0x35
_ANY_BIT: Final = 0x45
_RETURN: Final = 0x06
_NUMBER_AT: Final = 0
_ARCHITECTURE_AT: Final = 4
_FIRST_ARGUMENT_AT: Final = 16
_CLONE_THREAD: Final = 0x10000
_X32: Final = 0x40000000

# Name: (x86-64, aarch64); None where the architecture has no such call. Network, other programs, other processes,
# mounts, doors to the kernel, and what Landlock (or its first version) cannot deny: to truncate files and to
# change owners, modes, times, attributes. `tgkill` stays allowed: abort() needs it to die by the right signal.
_FORBIDDEN: Final[dict[str, tuple[int, int | None]]] = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kill": (62, 129),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "mount": (165, 40),
    "umount2": (166, 39),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "open_by_handle_at": (304, 265),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "truncate": (76, 45),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "fork": (57, None),
    "vfork": (58, None),
}

# Machine: (column above, the kernel's name of it, number of clone, of clone3, of seccomp itself).
_MACHINES: Final[dict[str, tuple[int, int, int, int, int]]] = {
    "x86_64": (0, 0xC000003E, 56, 435, 317),
    "aarch64": (1, 0xC00000B7, 220, 435, 277),
}

Step = tuple[int, int, int, int]
"""An instruction of the filter: code, jump if true, jump if false, operand."""


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("jump_true", ctypes.c_ubyte),
        ("jump_false", ctypes.c_ubyte),
        ("operand", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction)))


def _forbid_calls() -> list[str]:
    machine = _MACHINES.get(platform.machine())
    if machine is None or sys.platform != "linux":
        return [f"a filter of system calls: none is known for {platform.machine()}"]
    if not _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        return ["a filter of system calls: the kernel has no no_new_privs"]
    steps = _filter(machine)
    instructions = (_Instruction * len(steps))(*(_Instruction(*each) for each in steps))
    program = _Program(len(steps), instructions)
    # TSYNC: for the threads of the store too.
    if _libc().syscall(machine[-1], _SET_MODE_FILTER, _TSYNC, ctypes.byref(program)) != 0:
        return [f"a filter of system calls: {os.strerror(ctypes.get_errno())}"]
    return []


def _filter(machine: tuple[int, int, int, int, int]) -> Sequence[Step]:
    """The instructions, in order: architecture, x32, clone for threads only, clone3, the forbidden, the rest."""
    column, architecture, clone, clone3, _ = machine
    numbers = [each[column] for each in _FORBIDDEN.values()]
    return [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        # x32 has other numbers for the same calls; aarch64 has no numbers this high.
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _EPERM),
        # Without clone3 the C library makes threads by clone, whose flags a filter can see.
        (_EQUAL, 0, 1, clone3),
        (_RETURN, 0, 0, _ENOSYS),
        (_EQUAL, 0, 4, clone),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_ANY_BIT, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _EPERM),
        *(step for number in numbers if number is not None for step in _refusal(number)),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _refusal(number: int) -> tuple[Step, Step]:
    return (_EQUAL, 0, 1, number), (_RETURN, 0, 0, _EPERM)


def _prctl(option: int, value: int) -> bool:
    return int(_libc().prctl(option, value, 0, 0, 0)) == 0 if sys.platform == "linux" else False


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
