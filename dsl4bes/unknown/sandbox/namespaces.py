"""The command line of our own launcher, for machines without bubblewrap.

In: a view, a command, resource limits, the user to become. Out: arguments for `python launcher.py`.
The launcher is a script of its own, started without site packages, so that nothing else of this process comes along.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from dsl4bes.unknown.sandbox.view import DEVICES, View

LAUNCHER = Path(__file__).with_name("launcher.py")


def arguments(
    command: Sequence[str],
    seen: View,
    limits: Mapping[int, tuple[int, int]],
    *,
    environment: Mapping[str, str],
    become: int | None,
    seccomp: bytes | None,
    proc: bool,
) -> list[str]:
    """`become` is a user number if root starts it (no user namespace then)."""
    plan = {
        **asdict(seen),
        "command": list(command),
        "environment": dict(environment),
        "limits": [[which, list(pair)] for which, pair in limits.items()],
        "devices": DEVICES,
        "become": become,
        "seccomp": (seccomp or b"").hex(),
        "proc": proc,
    }
    return [sys.executable, "-I", "-S", str(LAUNCHER), json.dumps(plan)]
