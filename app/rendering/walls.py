"""The walls that a rendering child builds around itself before it looks at a source file.

Linux only beyond the resource limits: a user and network namespace, Landlock, seccomp. Each wall
says whether it stands; the parent says loudly when one does not.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import Any

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_SET_DUMPABLE = 38, 22, 4
CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446  # the same on every architecture
LANDLOCK_READ = (1 << 2) | (1 << 3)  # read a file, list a folder
# File rights known to each Landlock version (linux/landlock.h); a right not handled is not denied.
FS_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF}

# Numbers of the calls that no renderer needs: sockets, programs, tracing, other processes, mounts.
FORBIDDEN_CALLS = {
    "x86_64": (
        0xC000003E,
        (
            41,
            42,
            43,
            49,
            50,
            53,
            288,
            59,
            322,
            57,
            58,
            101,
            310,
            311,
            62,
            165,
            155,
            272,
            308,
            250,
            248,
            321,
            323,
            298,
            425,
            426,
            427,
            434,
            438,
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (
            198,
            199,
            200,
            201,
            202,
            203,
            242,
            221,
            281,
            117,
            270,
            271,
            129,
            40,
            41,
            97,
            268,
            219,
            217,
            280,
            282,
            241,
            425,
            426,
            427,
            434,
            438,
        ),
    ),
}


def build(limits: dict[str, int]) -> dict[str, Any]:
    """Put up every wall that this platform has and say which of them stand."""
    _limit_resources(limits)
    standing: dict[str, Any] = {"limits": True, "platform": sys.platform}
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    if libc is None:
        return {**standing, "network": False, "files": False, "calls": False, "namespaces": False}
    libc.syscall.restype = ctypes.c_long
    standing["namespaces"] = libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) == 0
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    standing["no_new_privileges"] = libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    standing["files"] = _restrict_files(libc, _readable_folders())
    standing["calls"] = _forbid_calls(libc)
    standing["network"] = standing["calls"] or standing["namespaces"]
    return standing


def _limit_resources(limits: dict[str, int]) -> None:
    memory, cpu = limits["memory_bytes"], limits["cpu_seconds"]
    wanted = [
        (resource.RLIMIT_CPU, (cpu, cpu + 2)),
        (resource.RLIMIT_FSIZE, (0, 0)),
        (resource.RLIMIT_NOFILE, (64, 64)),
        (resource.RLIMIT_CORE, (0, 0)),
        (resource.RLIMIT_AS, (memory, memory)),
    ]
    for which, (soft, wish) in wanted:
        hard = resource.getrlimit(which)[1]
        most = wish if hard == resource.RLIM_INFINITY else min(wish, hard)
        try:
            resource.setrlimit(which, (min(soft, most), most))
        except (OSError, ValueError):
            # macOS has no address-space limit that can be set; the clock still ends the child.
            if sys.platform == "linux":
                raise
    # Should the parent die, nobody is left to watch the clock: the child does it itself.
    signal.setitimer(signal.ITIMER_REAL, limits["wall_seconds"] + 5)


def _readable_folders() -> list[str]:
    """List what the interpreter and the libraries need to read, and nothing else."""
    app = Path(__file__).resolve().parents[1]
    wanted = {str(app / "rendering"), str(app / "kernel"), str(app / "domain")}
    wanted |= {str(app / "__init__.py"), sys.base_prefix + "/lib", sys.base_exec_prefix + "/lib"}
    wanted |= {entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))}
    wanted |= {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache"}
    wanted |= {"/dev/urandom", "/dev/null", "/proc/cpuinfo", "/proc/meminfo"}
    wanted |= {"/sys/devices/system/cpu", "/usr/share/fonts", "/usr/local/share/fonts"}
    return sorted(path for path in wanted if Path(path).exists())


def _restrict_files(libc: Any, readable: list[str]) -> bool:
    version = libc.syscall(LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return False
    handled_net = 3 if version >= 4 else 0
    scoped = 3 if version >= 6 else 0
    attributes = struct.pack("=QQQ", FS_RIGHTS[min(version, 5)], handled_net, scoped)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = libc.syscall(LANDLOCK_CREATE, ctypes.c_char_p(attributes), size, 0)
    if ruleset < 0:
        return False
    try:
        for path in readable:
            _allow_reading(libc, ruleset, path)
        return bool(libc.syscall(LANDLOCK_RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow_reading(libc: Any, ruleset: int, path: str) -> None:
    flags = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_PATH", 0)
    descriptor = os.open(path, flags)
    try:
        rights = LANDLOCK_READ if Path(path).is_dir() else 1 << 2
        rule = struct.pack("=Qi", rights, descriptor)
        libc.syscall(LANDLOCK_ADD, ruleset, 1, ctypes.c_char_p(rule), 0)
    finally:
        os.close(descriptor)


def _forbid_calls(libc: Any) -> bool:
    known = FORBIDDEN_CALLS.get(platform.machine())
    if known is None:
        return False
    architecture, calls = known
    refuse, allow = 0x00050000 | 1, 0x7FFF0000  # SECCOMP_RET_ERRNO with EPERM; SECCOMP_RET_ALLOW
    load, equal, greater, answer = 0x20, 0x15, 0x35, 0x06
    program = [(load, 0, 0, 4), (equal, 1, 0, architecture), (answer, 0, 0, refuse)]
    program += [(load, 0, 0, 0)]
    # The x32 numbers of x86-64 would otherwise be a second door to the same calls.
    program += [(greater, 0, 1, 0x40000000), (answer, 0, 0, refuse)]
    for call in calls:
        program += [(equal, 0, 1, call), (answer, 0, 0, refuse)]
    program += [(answer, 0, 0, allow)]
    code = b"".join(struct.pack("=HBBI", *line) for line in program)
    buffer = ctypes.create_string_buffer(code, len(code))

    class Filter(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]

    handle = Filter(len(program), ctypes.cast(buffer, ctypes.c_void_p))
    return bool(libc.prctl(PR_SET_SECCOMP, 2, ctypes.byref(handle), 0, 0) == 0)
