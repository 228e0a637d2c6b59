"""`dsl4bes doctor` about unknown blocks: what it says of the sandbox, the settings and the server, and that it ends soon."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("httpx")
pytest.importorskip("pydantic")

from model_server import ModelServer, raw, silent

ROOT = Path(__file__).resolve().parents[1]
SECRET = "sk-test-4f9a8b7c6d5e"
LISTED = raw(200, b'{"data": [{"id": "base"}, {"id": "lora"}]}')


def doctor(folder, **environment):
    """The findings by name, and what was printed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DSL4BES_MODEL")}
    clean |= {"PYTHONPATH": str(ROOT), "DSL4BES_CACHE": str(folder / "cache"), **environment}
    done = subprocess.run(
        [sys.executable, "-m", "dsl4bes", "doctor", "--json"], cwd=folder, capture_output=True, text=True, env=clean, check=False
    )
    assert done.stderr == "" and done.returncode in (0, 1), done.stderr
    return {finding["name"]: finding for finding in json.loads(done.stdout)}, done.stdout


def settings(folder, **values):
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    (folder / "dsl4bes.toml").write_text("\n".join(["[model]", *lines, ""]))


def test_without_settings(tmp_path):
    found, _ = doctor(tmp_path)
    assert found["model"]["found"] == "" and "DSL4BES_MODEL_URL" in " ".join(found["model"]["notes"])
    assert not found["model"]["essential"] and not found["sandbox"]["essential"]
    assert found["model settings"]["found"] == "none: the defaults"


def test_a_server_with_its_model(tmp_path):
    with ModelServer(LISTED) as server:
        settings(tmp_path, url=server.url, model="base", adapter="lora")
        found, printed = doctor(tmp_path, DSL4BES_MODEL_KEY=SECRET, DSL4BES_MODEL_SAMPLES="3")
        assert server.seen[0].headers["authorization"] == f"Bearer {SECRET}"
    assert found["model"]["found"] == f"lora at {server.url}" and SECRET not in printed
    assert found["model settings"]["found"] == f"$DSL4BES_MODEL_SAMPLES, {tmp_path / 'dsl4bes.toml'}"


def test_a_server_without_the_model(tmp_path):
    with ModelServer(LISTED) as server:
        settings(tmp_path, url=server.url, model="other")
        found, _ = doctor(tmp_path)
    assert found["model"]["found"] == "" and "base, lora" in found["model"]["notes"][0]


def test_a_server_that_says_nothing_does_not_hold_the_doctor_up(tmp_path):
    with ModelServer(silent) as server:
        settings(tmp_path, url=server.url, model="base")
        begun = time.monotonic()
        found, _ = doctor(tmp_path)
    assert "3 s" in found["model"]["notes"][0] and time.monotonic() - begun < 50


def test_faults_of_the_settings_are_told_with_their_place(tmp_path):
    settings(tmp_path, temprature=1, samples="many")
    found, _ = doctor(tmp_path)
    notes = found["model settings"]["notes"]
    assert found["model settings"]["faulty"] and [note[:7] for note in notes] == ["BES0721", "BES0722"]
    assert "dsl4bes.toml:2:1" in notes[0]


def test_the_sandbox_is_named_with_what_it_cannot_do(tmp_path):
    found, _ = doctor(tmp_path)
    sandbox = found["sandbox"]
    assert sandbox["notes"] and (not sandbox["found"] or "watched, not held" in " ".join(sandbox["notes"]))


def test_heavy_packages_are_looked_for_and_not_imported(tmp_path):
    """Packages that fail when they are imported: finding them is enough."""
    for name in ("torch", "transformers", "peft"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported')\n")
    found, _ = doctor(tmp_path, PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}")
    assert any(name == "extra [train]" for name in found)


@pytest.mark.parametrize(("variable", "value"), [("SSL_CERT_FILE", "/none/ca.pem"), ("HTTPS_PROXY", "gopher://x")])
def test_an_environment_that_no_client_can_use_is_a_note(tmp_path, variable, value):
    settings(tmp_path, url="https://models.invalid/v1", model="base")
    found, _ = doctor(tmp_path, **{variable: value})
    assert found["model"]["found"] == "" and variable in " ".join(found["model"]["notes"])


def test_a_python_with_vllm(tmp_path):
    sys.path.insert(0, str(Path(__file__).parent / "unknown"))
    from fake_vllm import fake_python

    found, _ = doctor(tmp_path, DSL4BES_VLLM_PYTHON=str(fake_python(tmp_path / "bin")))
    assert found["vLLM"]["found"] == f"0.32.0 (CPU build) in {tmp_path / 'bin/python'}"
    found, _ = doctor(tmp_path, DSL4BES_VLLM_PYTHON=str(tmp_path / "none"))
    assert found["vLLM"]["found"] == "" and "DSL4BES_VLLM_PYTHON" in found["vLLM"]["notes"][0]
