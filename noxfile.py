"""The development loop: `nox` runs every gate, `nox -s tests -- -k photons` the short one."""

from __future__ import annotations

import nox

nox.options.sessions = ["lint", "types", "tests", "generate"]
nox.options.reuse_existing_virtualenvs = True


@nox.session
def lint(session: nox.Session) -> None:
    """Style and common faults."""
    session.install("ruff>=0.6")
    session.run("ruff", "check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Static types."""
    session.install("-e", ".[run,llm,fits,dev]")
    session.run("mypy")


@nox.session(python=["3.10", "3.11", "3.12", "3.13"])
def tests(session: nox.Session) -> None:
    """All tests that need no GPU and no network; arguments go to pytest."""
    session.install("-e", ".[run,llm,fits,dev]")
    session.run("pytest", *session.posargs)


@nox.session
def generate(session: nox.Session) -> None:
    """Committed generated files are what the generators make."""
    session.install("-e", ".[run,llm,fits,dev]")
    session.run("python", "-m", "dsl4bes.devtools.generate", "--check")
    session.run("python", "-m", "dsl4bes.devtools.particle_table", "--check")


@nox.session
def wheel(session: nox.Session) -> None:
    """Source distribution and wheel, installed in a clean environment and used from another folder."""
    session.install("-e", ".[dev]")
    session.run("pytest", "-m", "slow", "tests/test_wheel.py")


@nox.session
def benchmarks(session: nox.Session) -> None:
    """The numbers of the README."""
    session.install("-e", ".[run,llm,fits,dev]")
    session.run("python", "-m", "compileall", "-q", "dsl4bes")
    session.run("python", "tests/benchmarks/all.py")
