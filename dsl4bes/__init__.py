"""DSL4BES: write what to select; get a BOSS package, and run it here.

`check`, `compile`, `fmt` and `run` do what the commands of the same names do, return data and print nothing. Importing this package
imports nothing else; each function imports what it needs when it is called.
"""

from __future__ import annotations

__version__ = "0.1.0"
