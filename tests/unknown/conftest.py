"""Fixtures for the tests of unknown blocks."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """`dsl4bes compile` with a scripted server."""
    for package in ("httpx", "pydantic", "tree_sitter_cpp"):
        pytest.importorskip(package, reason="the extra [llm] is not installed")
    from desk import Desk

    return Desk(tmp_path, monkeypatch, capsys)
