"""A hook of hatchling: builds the documentation and puts it into the wheel as `dsl4bes/_assets/site`.

In: the build of a wheel. Out: one folder more in it. Editable installs have none, and with DSL4BES_NO_SITE, or where MkDocs is not in the environment of the build, the wheel is made without; a site that cannot be built
ends the build.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SiteHook(BuildHookInterface):  # hatchling is there only while something is built
    """Builds the site before a wheel is packed."""

    _scratch: tempfile.TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the site into a scratch folder; the wheel takes it from there."""
        if version == "editable" or os.environ.get("DSL4BES_NO_SITE"):
            return
        if find_spec("mkdocs") is None or find_spec("material") is None:
            self.app.display_warning("mkdocs-material is not here: a wheel without documentation (`dsl4bes docs` will say so)")
            return
        self._scratch = tempfile.TemporaryDirectory(prefix="dsl4bes-site-")
        site = os.path.join(self._scratch.name, "site")
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([self.root, *filter(None, [os.environ.get("PYTHONPATH")])])}
        subprocess.run([sys.executable, "-m", "dsl4bes", "docs", "--build", site], cwd=self.root, env=environment, check=True)
        build_data["force_include"][site] = "dsl4bes/_assets/site"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """The scratch folder goes with the build."""
        if self._scratch is not None:
            self._scratch.cleanup()
