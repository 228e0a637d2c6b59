"""The package of every example, byte for byte: `UPDATE=1 pytest tests/test_golden.py` accepts a change, `git diff` is its review."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dsl4bes.driver import compile_source
from dsl4bes.source import SourceFile

ROOT = Path(__file__).resolve().parents[1]
CASES = [(path, "7.0.x") for path in sorted((ROOT / "examples").glob("*/*.bes"))]
CASES += [(ROOT / "examples/rhopi/rhopi.bes", "8")]


def package(path: Path, profile: str) -> dict[str, str]:
    """The files of an example's package; the program is named relative to the checkout, as a user would."""
    source = SourceFile(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    compilation = compile_source(source, profile=profile, until="text")
    assert not compilation.bag.has_errors
    return compilation.files


@pytest.mark.parametrize(("path", "profile"), CASES, ids=lambda value: getattr(value, "stem", value))
def test_package_is_the_golden_one(path, profile):
    files = package(path, profile)
    folder = path.parent / "expected" / profile
    if os.environ.get("UPDATE"):
        shutil.rmtree(folder, ignore_errors=True)
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    found = {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in folder.rglob("*")
        if file.is_file()
    }
    assert sorted(found) == sorted(files)
    for name, text in files.items():
        assert found[name] == text, f"{name} differs: UPDATE=1 accepts it"


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_same_bytes_in_another_process_with_another_hash_seed(seed):
    code = (
        "import hashlib, sys; from pathlib import Path; sys.path.insert(0, 'tests');"
        "from test_golden import CASES, package;"
        "print(hashlib.sha256(repr([sorted(package(*c).items()) for c in CASES]).encode()).hexdigest())"
    )
    import hashlib

    here = hashlib.sha256(repr([sorted(package(*case).items()) for case in CASES]).encode()).hexdigest()
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == here
