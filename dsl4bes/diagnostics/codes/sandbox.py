"""BES075x: the sandbox in which unknown code is compiled and run."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code

NO_CONFINEMENT = Code("BES0750", "no-confinement", "this machine cannot confine a program, so nothing that a model wrote is run")
