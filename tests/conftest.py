"""What holds for every test: Hypothesis draws the same examples each time, so that a red suite is always about a change.

`DSL4BES_EXPLORE=1 pytest` draws new ones, which is how new faults are looked for.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("explore" if os.environ.get("DSL4BES_EXPLORE") else "same")
