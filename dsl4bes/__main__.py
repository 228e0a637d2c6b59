"""`python -m dsl4bes` and the `dsl4bes` script: starts the command line and nothing else."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line on `sys.argv` and exit with its status."""
    from dsl4bes.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
