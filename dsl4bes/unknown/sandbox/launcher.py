"""Confines itself and starts a command: what bubblewrap does, for machines without it. Started as a script, never imported.

In: one argument, JSON (made by `namespaces.py`). Out: the command's status, 128 + n for signal n; 125 and a line on the standard
error if the kernel refuses a step. It needs Linux 5.12. Nothing of this project is imported: it runs with `python -I -S`.
The order is that of bubblewrap: namespaces, a new root in memory, binds, /proc, drop rights, filter, limits, start.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from typing import Any, NoReturn

_LIBC = ctypes.CDLL(None, use_errno=True)

_NEW = {"mnt": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000, "user": 0x10000000, "pid": 0x20000000, "net": 0x40000000}
_BIND, _RECURSIVE, _PRIVATE, _NOSUID, _NODEV, _NOEXEC = 0x1000, 0x4000, 0x40000, 2, 4, 8
_DETACH = 2
_NOBODY = 65534  # what root is called inside a user namespace
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV = 1, 2, 4
_AT_FDCWD, _AT_RECURSIVE, _MOUNT_SETATTR = -100, 0x8000, 442
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_DEATH_SIGNAL, _DUMPABLE, _SECCOMP, _NO_NEW_PRIVILEGES = 1, 4, 22, 38


class Refused(Exception):
    """The kernel refused a step."""


def _ask(what: str, result: int) -> int:
    if result < 0:
        raise Refused(f"{what}: {os.strerror(ctypes.get_errno())}")
    return result


def _mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    _ask(f"mount {target}", _LIBC.mount(*encoded, ctypes.c_ulong(flags), None if data is None else data.encode()))


class _Attributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("attr_set", "attr_clr", "propagation", "userns_fd")]


def _set(path: str, flags: int, recursive: bool) -> None:
    """Set attributes of a mount, and of those below it."""
    wanted = _Attributes(attr_set=flags)
    below = _AT_RECURSIVE if recursive else 0
    arguments = (ctypes.c_long(_AT_FDCWD), os.fsencode(path), ctypes.c_ulong(below), ctypes.byref(wanted), ctypes.c_ulong(32))
    _ask(f"read-only {path}", _LIBC.syscall(ctypes.c_long(_MOUNT_SETATTR), *arguments))


def _enter(plan: dict[str, Any]) -> None:
    """New namespaces; in a user namespace of one's own a user stays who he is, and root is nobody."""
    uid, gid = os.getuid(), os.getgid()
    kinds = [kind for kind in _NEW if kind != "user" or plan["become"] is None]
    _ask("unshare", _LIBC.unshare(sum(_NEW[kind] for kind in kinds)))
    if plan["become"] is None:
        maps = (("uid_map", f"{uid or _NOBODY} {uid} 1"), ("gid_map", f"{gid or _NOBODY} {gid} 1"))
        for name, text in (("setgroups", "deny"), *maps):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)


def _bind(path: str, flags: int) -> None:
    """Show a path of the outside in the new root under the same name."""
    source, target = f"/oldroot{path}", f"/newroot{path}"
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        open(target, "a").close()
    _mount(source, target, None, _BIND | _RECURSIVE)
    if flags:
        _set(target, flags, recursive=True)


def _build_root(plan: dict[str, Any]) -> None:
    """A root in memory with what may be seen; the old one is let go."""
    _mount("none", "/", None, _RECURSIVE | _PRIVATE)
    _mount("tmpfs", "/tmp", "tmpfs", _NOSUID | _NODEV, "mode=0755,size=1m")
    for name in ("/tmp/newroot", "/tmp/oldroot"):
        os.mkdir(name)
    _pivot("/tmp", "/tmp/oldroot")
    os.chdir("/")
    _mount("tmpfs", "/newroot", "tmpfs", _NOSUID | _NODEV, "mode=0755,size=1m")
    for name in ("tmp", "dev", "proc"):
        os.mkdir(f"/newroot/{name}")
    for path in plan["readable"]:
        _bind(path, _ATTR_RDONLY | _ATTR_NOSUID | _ATTR_NODEV)
    for name, target in plan["links"]:
        os.symlink(target, f"/newroot{name}")
    for name in plan["devices"]:
        _bind(f"/dev/{name}", 0)
    if plan["proc"]:
        _mount("proc", "/newroot/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    _bind(plan["scratch"], _ATTR_NOSUID | _ATTR_NODEV)
    os.chdir("/newroot")
    _ask("umount", _LIBC.umount2(b"/oldroot", _DETACH))
    _pivot(".", ".")
    _ask("umount", _LIBC.umount2(b".", _DETACH))
    os.chdir("/")
    _set("/", _ATTR_RDONLY, recursive=False)
    os.chdir(plan["scratch"])


def _pivot(new: str, old: str) -> None:
    _ask("pivot_root", _LIBC.syscall(ctypes.c_long(_PIVOT_ROOT[os.uname().machine]), os.fsencode(new), os.fsencode(old)))


class _Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("program", ctypes.c_char_p)]


def _drop(plan: dict[str, Any]) -> None:
    """Give up every right, for good; then the filter, then the limits."""
    if plan["become"] is not None:
        os.setgroups([])
        os.setresgid(*[plan["become"]] * 3)
        os.setresuid(*[plan["become"]] * 3)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    _ask("capset", _LIBC.capset(header, (ctypes.c_uint32 * 6)()))
    _ask("no new privileges", _LIBC.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    if plan["seccomp"]:
        code = bytes.fromhex(plan["seccomp"])
        _ask("seccomp", _LIBC.prctl(_SECCOMP, 2, ctypes.byref(_Filter(len(code) // 8, code)), 0, 0))
    for which, (soft, hard) in plan["limits"]:
        resource.setrlimit(which, (soft, hard))


def _first_process(plan: dict[str, Any]) -> NoReturn:
    """Number 1 of the new process namespace: when it ends, the kernel ends all others."""
    _ask("death signal", _LIBC.prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0))
    os.setsid()
    _build_root(plan)
    _drop(plan)
    _ask("death signal", _LIBC.prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0))  # a change of user clears it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = os.fork()
    if child == 0:
        for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        try:
            os.execvpe(plan["command"][0], plan["command"], plan["environment"])
        except OSError as error:
            _say(f"{plan['command'][0]}: {error.strerror}", 127)
    _ask("dumpable", _LIBC.prctl(_DUMPABLE, 0, 0, 0, 0))
    while True:
        pid, status = os.wait()
        if pid == child:
            os._exit(_status(status))


def _status(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _say(text: str, status: int) -> NoReturn:
    os.write(2, f"sandbox: {text}\n".encode())
    os._exit(status)


def main() -> NoReturn:
    """Confine, start, wait."""
    plan = json.loads(sys.argv[1])
    try:
        _enter(plan)
        child = os.fork()
        if child == 0:
            _first_process(plan)
        os._exit(_status(os.waitpid(child, 0)[1]))
    except (OSError, Refused, ValueError) as error:
        _say(str(error), 125)


if __name__ == "__main__":
    main()
