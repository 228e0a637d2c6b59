"""Every benchmark, one after the other: the numbers of the README. Exit status 1 if a limit of the start-up is exceeded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    status = 0
    for name in ("startup", "language", "events", "examples", "systematics", "preview", "lines", "slot_grammar", "editing"):
        print(f"--- {name}", flush=True)
        status |= subprocess.run(
            [sys.executable, str(Path(__file__).with_name(f"{name}.py")), *sys.argv[1:]], check=False
        ).returncode
    sys.exit(status)
