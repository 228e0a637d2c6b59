"""The command line of bubblewrap for one confined command.

In: a view, a command, resource limits, the user to become. Out: arguments for `bwrap`.
Options are those of bubblewrap 0.4 (EL 8) and later. Everything that bubblewrap makes by itself (root, /tmp, /dev) ends read-only:
a folder in memory would be a place to write that no limit counts. Nothing is run here.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping, Sequence
from pathlib import Path

from dsl4bes.unknown.sandbox.view import View

NOBODY = "65534"  # what root is called inside a user namespace: a program should not take itself for root
_OPTIONS = {
    resource.RLIMIT_CPU: "cpu",
    resource.RLIMIT_AS: "as",
    resource.RLIMIT_FSIZE: "fsize",
    resource.RLIMIT_NOFILE: "nofile",
    resource.RLIMIT_NPROC: "nproc",
    resource.RLIMIT_CORE: "core",
    resource.RLIMIT_MEMLOCK: "memlock",
}


def arguments(
    bwrap: str,
    command: Sequence[str],
    seen: View,
    limits: Mapping[int, tuple[int, int]],
    *,
    become: int | None,
    seccomp: int | None,
    proc: bool,
) -> list[str]:
    """`become` is a user number if root starts it (no user namespace then), `seccomp` an open file with the filter."""
    line = [bwrap, "--die-with-parent", "--new-session"]
    line += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    line += ["--hostname", "sandbox"]
    if become is None:
        line += ["--unshare-user", *(("--uid", NOBODY, "--gid", NOBODY) if os.getuid() == 0 else ())]
    else:
        line += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    line += ["--tmpfs", "/tmp", "--dev", "/dev"]
    for folder in _parents([*seen.readable, seen.scratch]):
        line += ["--dir", folder]  # bubblewrap itself would make some that only root may enter
    for path in seen.readable:
        line += ["--ro-bind", path, path]
    for name, target in seen.links:
        line += ["--symlink", target, name]
    if proc:
        line += ["--proc", "/proc"]
    line += ["--bind", seen.scratch, seen.scratch]
    line += ["--remount-ro", "/dev", "--remount-ro", "/tmp", "--remount-ro", "/", "--chdir", seen.scratch]
    if seccomp is not None:
        line += ["--seccomp", str(seccomp)]
    line.append("--")
    if become is not None:
        line += ["/usr/bin/setpriv", f"--reuid={become}", f"--regid={become}", "--clear-groups", "--"]
    # Inside, so that processes are counted in the sandbox's own user namespace.
    held = [f"--{_OPTIONS[which]}={soft}:{hard}" for which, (soft, hard) in limits.items()]
    return [*line, "/usr/bin/prlimit", *held, "--", *command]


def _parents(paths: Sequence[str]) -> list[str]:
    """The folders above all paths, from the top."""
    return sorted({str(parent) for path in paths for parent in Path(path).parents if str(parent) not in ("/", "/tmp")})
