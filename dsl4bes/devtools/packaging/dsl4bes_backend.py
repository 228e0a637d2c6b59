"""The build backend: hatchling, which for a wheel also gets what the documentation is built with.

In: what pip or `build` asks. Out: hatchling's answers. Hatchling knows dependencies of a hook for wheels and editable installs alike, and an editable install must not need MkDocs.
"""

from __future__ import annotations

import os
from typing import Any

from hatchling import build as _hatchling
from hatchling.build import (
    build_editable,
    build_sdist,
    build_wheel,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
)

__all__ = ["build_editable", "build_sdist", "build_wheel", "get_requires_for_build_editable", "get_requires_for_build_sdist", "get_requires_for_build_wheel"]


def get_requires_for_build_wheel(config_settings: dict[str, Any] | None = None) -> list[str]:
    """What hatchling needs, the package's own dependencies (the pages are made by its commands) and those of the extra `docs`."""
    from hatchling.builders.wheel import WheelBuilder

    needed: list[str] = [*_hatchling.get_requires_for_build_wheel(config_settings)]
    if not os.environ.get("DSL4BES_NO_SITE"):
        core = WheelBuilder(os.getcwd()).metadata.core
        needed += [*core.dependencies, *core.optional_dependencies["docs"]]
    return needed
