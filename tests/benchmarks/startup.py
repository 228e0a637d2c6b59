"""Cold starts against a bare `python -c pass`, each the median of several runs in turn; byte code present, as after an installation."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RHOPI = str(ROOT / "examples/rhopi/rhopi.bes")
LIMITS = {"check": 20.0, "compile": 24.0}


def measure(commands: dict[str, list[str]], rounds: int = 15) -> dict[str, float]:
    """Median seconds per command; the commands take turns, so that a slow moment of the machine hits all."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            started = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            times[name].append(time.perf_counter() - started)
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> int:
    """Print the table; exit status 1 if a limit is exceeded."""
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(ROOT / "dsl4bes")], check=True)
    with tempfile.TemporaryDirectory() as folder:
        dsl4bes = [sys.executable, "-m", "dsl4bes"]
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "import typer": [sys.executable, "-c", "import typer"],
            "--help": [*dsl4bes, "--help"],
            "check": [*dsl4bes, "check", RHOPI],
            "compile": [*dsl4bes, "compile", RHOPI, "-o", folder],
        }
        times = measure(commands)
    bare = times["python -c pass"]
    for name, seconds in times.items():
        limit = f"  (limit {LIMITS[name]:.0f})" if name in LIMITS else ""
        print(f"{name:16} {seconds * 1e3:8.1f} ms  {seconds / bare:6.1f} x bare{limit}")
    return int(any(times[name] / bare > limit for name, limit in LIMITS.items()))


if __name__ == "__main__":
    sys.exit(main())
