"""`dsl4bes serve` with a program in the place of vLLM: what is shown, when it is ready, how everything ends, what is refused."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("pydantic")

from fake_vllm import adapter, base, fake_python
from serve_tools import SECONDS, Serve, free_port, session

from dsl4bes.diagnostics.codes.serving import SERVER_ENDED
from dsl4bes.unknown.backends.key import Key
from dsl4bes.unknown.serving import pythons
from dsl4bes.unknown.serving.process import Served
from dsl4bes.unknown.trouble import Trouble

SECRET = "sk-test-4f9a8b7c6d5e"


def served(folder, *arguments, behaviour="ready", environment=None, port=0, **python):
    """The command with the program of `behaviour`."""
    serve = Serve(folder, *arguments, python=fake_python(folder / "bin", behaviour, **python), environment=environment, port=port)
    STARTED.append(serve)
    return serve


STARTED = []


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    while STARTED:
        STARTED.pop().__exit__()


def refused(folder, code, *arguments, **how):
    status, out, said = served(folder, *arguments, **how).end(0)
    assert status == 1 and out == "" and f"error[{code}]" in said, said
    return said


@pytest.fixture
def model(tmp_path):
    return base(tmp_path / "m")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ready_and_stopped(tmp_path, model, number):
    serve = served(tmp_path, "m", "--json", "--log", "all.log", behaviour="late")
    told = serve.ready()
    assert told["url"] == f"http://127.0.0.1:{serve.port}/v1" and told["models"] == ["m"] and told["seconds"] >= 1
    assert told["command"][told["command"].index("--max-model-len") + 1] == "2048", "no more than the model has"
    assert session(told["process"])
    status, _, said = serve.end(number)
    assert status == 0 and "stopping" in said and session(told["process"]) == []
    assert (tmp_path / "all.log").read_text() == "loading weights\n"


def test_what_is_printed_when_it_is_ready(tmp_path, model):
    serve = served(tmp_path, "m")
    lines = [serve.process.stdout.readline() for _ in range(8)]
    status, out, said = serve.end()
    text = "".join(lines) + out
    assert status == 0 and f'[model]\nurl = "http://127.0.0.1:{serve.port}/v1"\nmodel = "m"\n' in text and "no key" in text
    assert f"--model {model}" in said and "VLLM_NO_USAGE_STATS=1" in said
    serve = served(tmp_path, "m", "--quiet", "--json")
    serve.ready()
    assert serve.end() == (0, "", "")


def test_a_dry_run_starts_and_makes_nothing(tmp_path, model):
    adapter(tmp_path / "lora", name="m")
    serve = served(tmp_path, "m", "--adapters", "lora", "--dry-run")
    status, out, said = serve.end(0)
    assert status == 0 and said == "" and out.count("\n") == 1 and "--served-model-name lora" in out
    assert not list((tmp_path / "cache").rglob("*.safetensors"))
    told = json.loads(served(tmp_path, "m", "--dry-run", "--json").end(0)[1])
    assert told["models"] == ["m"] and told["command"][1] == "-m"


# --- keys ---------------------------------------------------------------------------------------------------------


def test_other_machines_need_a_key(tmp_path, model):
    assert "DSL4BES_MODEL_KEY" in refused(tmp_path, "BES0736", "m", "--host", "0.0.0.0")


def test_the_key_is_needed_and_never_seen(tmp_path, model):
    import urllib.error
    import urllib.request

    serve = served(tmp_path, "m", "--json", "--host", "0.0.0.0", environment={"DSL4BES_MODEL_KEY": SECRET})
    told = serve.ready()
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(told["url"] + "/models")
    caught.value.close()
    assert caught.value.code == 401
    assert SECRET.encode() not in Path(f"/proc/{told['process']}/cmdline").read_bytes()
    _, out, said = serve.end()
    assert SECRET not in json.dumps(told) + out + said and '"$DSL4BES_MODEL_KEY"' in said


def test_a_server_that_tells_its_key(tmp_path, model):
    said = refused(tmp_path, "BES0732", "m", "--log", "l", behaviour="speaks", environment={"DSL4BES_MODEL_KEY": SECRET})
    assert "my key is ***" in said and SECRET not in said + (tmp_path / "l").read_text()


# --- servers that fail --------------------------------------------------------------------------------------------


def test_a_server_that_dies_has_the_last_word(tmp_path, model):
    said = refused(tmp_path, "BES0732", "m", behaviour="dies")
    assert "status 1" in said and "this kind of model is not known" in said and "loading weights" in said and "\x1b" not in said


@pytest.mark.parametrize("behaviour", ["never", "sick"])
def test_a_server_that_is_never_ready_is_ended(tmp_path, model, behaviour):
    said = refused(tmp_path, "BES0733", "m", "--timeout", "2", behaviour=behaviour)
    assert "loading weights" in said


def test_a_server_without_the_adapter_is_not_ready(tmp_path, model):
    adapter(tmp_path / "loras/a", name="m")
    refused(tmp_path, "BES0733", "m", "--timeout", "2", "--adapters", "loras", "--no-merge", behaviour="forgets")


def test_a_server_that_ends_later_is_an_error(tmp_path, model):
    serve = served(tmp_path, "m", "--json")
    os.kill(serve.ready()["process"], signal.SIGKILL)
    status, _, said = serve.end(0)
    assert status == 1 and "BES0732" in said and "signal 9" in said


def test_a_server_that_stops_answering_is_reported(monkeypatch, capsys):
    """Once when it is lost and once when it is back, not each time it is asked."""
    from dsl4bes.cli import serve

    answers = [False, False, True]
    monkeypatch.setattr(serve, "_HEALTH_EVERY", 0.0)
    monkeypatch.setattr(serve, "_LOOK", 0.01)
    monkeypatch.setattr("dsl4bes.unknown.serving.ready.is_healthy", lambda _: answers.pop(0))
    server = SimpleNamespace(ended=lambda: None if answers else 1, trouble=lambda when: Trouble(SERVER_ENDED, when))
    with pytest.raises(Trouble):
        serve._watch(server, SimpleNamespace(address=None))
    assert capsys.readouterr().err == "warning: the server does not say that it is healthy\nthe server answers again\n"


def test_an_interrupt_before_it_is_ready(tmp_path, model):
    serve = served(tmp_path, "m", behaviour="never", environment={"PYTHONUNBUFFERED": "1"})
    assert "vllm.entrypoints" in serve.process.stderr.readline()
    time.sleep(0.5)
    status, _, _ = serve.end()
    assert status == 130


def test_the_server_ends_even_if_the_command_is_killed(tmp_path, model):
    serve = served(tmp_path, "m", "--json")
    number = serve.ready()["process"]
    serve.process.kill()
    serve.process.communicate()
    end = time.monotonic() + SECONDS
    while session(number) and time.monotonic() < end:
        time.sleep(0.1)
    assert session(number) == []


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Popen makes no process groups")
@pytest.mark.parametrize("behaviour", ["stubborn", "family"])
def test_what_ignores_the_end_is_killed_with_its_children(tmp_path, behaviour):
    program = fake_python(tmp_path / "bin", behaviour)
    words = [str(program), "-m", "vllm.entrypoints.openai.api_server", "--served-model-name", "m", "--host", "127.0.0.1", "--port", str(free_port())]
    server = Served(words, os.environ, Key())
    end = time.monotonic() + SECONDS
    while len(server.members()) < 2 and time.monotonic() < end:
        time.sleep(0.05)
    assert len(session(server.number)) == 2
    server.stop(grace=0.5)
    assert session(server.number) == [] and server.ended() is not None


def test_lines_of_any_kind_are_kept_within_bounds(tmp_path):
    code = "import sys; sys.stdout.buffer.write(b'\\xff\\x00\\n' + b'x' * 100000 + b'\\n' + b'y\\n' * 5000 + b'last')"
    server = Served([sys.executable, "-c", code], os.environ, Key())
    while server.ended() is None:
        time.sleep(0.05)
    lines = server.last_lines(10_000)
    server.stop()
    assert lines[-1] == "last" and len(lines) == 400 and max(map(len, lines)) <= 2000


# --- addresses and Pythons ----------------------------------------------------------------------------------------


def test_a_port_in_use(tmp_path, model):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "in use" in refused(tmp_path, "BES0731", "m", port=taken.getsockname()[1])


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "a b"])
def test_addresses_of_others(tmp_path, model, host):
    refused(tmp_path, "BES0731", "m", "--host", host, environment={"DSL4BES_MODEL_KEY": SECRET})


def test_a_python_without_vllm(tmp_path, model):
    assert "--python" in refused(tmp_path, "BES0730", "m", vllm="")


def test_which_python_serves(tmp_path, monkeypatch):
    pythons._asked.cache_clear()
    one, other = fake_python(tmp_path / "one/bin"), fake_python(tmp_path / "other", build="vllm", vllm="0.40.0")
    assert pythons.with_vllm(str(tmp_path / "one"), {}).path == str(one), "the folder of an environment stands for its Python"
    found = pythons.with_vllm("", {pythons.VARIABLE: str(other)})
    assert found.path == str(other) and not found.cpu and found.vllm == "0.40.0"
    assert pythons.with_vllm(str(one), {pythons.VARIABLE: str(other)}).path == str(one)
    for wrong in (str(tmp_path / "none"), "/bin/false", str(tmp_path)):
        with pytest.raises(Trouble) as caught:
            pythons.with_vllm(wrong, {})
        assert caught.value.code.id == "BES0730"
    monkeypatch.setattr(sys, "executable", str(fake_python(tmp_path / "bare", vllm="", packages=())))
    with pytest.raises(Trouble) as caught:
        pythons.with_vllm("", {})
    assert "--python" in caught.value.help
    with pytest.raises(Trouble) as caught:
        pythons.with_packages(("torch",), "it")
    assert caught.value.code.id == "BES0729"


def test_the_folder_one_stands_in_is_no_place_for_modules(tmp_path, model):
    """A `vllm` or `torch` beside the program is not what is looked for, and is not executed."""
    (tmp_path / "importlib").mkdir()
    (tmp_path / "importlib/__init__.py").write_text("open('executed', 'w')")
    python = sys.executable if sys.version_info >= (3, 11) else ""
    if not python:
        pytest.skip("Python 3.10 has no safe path")
    pythons._asked.cache_clear()
    (tmp_path / "json.py").write_text("open('executed', 'w')")
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        pythons._asked(python)
    finally:
        os.chdir(here)
    assert not (tmp_path / "executed").exists()


# --- adapters -----------------------------------------------------------------------------------------------------


def test_several_adapters_are_names_of_one_server(tmp_path, model):
    adapter(tmp_path / "loras/one", name="m")
    adapter(tmp_path / "loras/two", name="m", rank=16)
    serve = served(tmp_path, "m", "--adapters", "loras", "--json")
    told = serve.ready()
    assert told["models"] == ["m", "one", "two"] and told["command"][told["command"].index("--max-lora-rank") + 1] == "16"
    assert serve.end()[0] == 0


def test_a_single_adapter_is_merged_once(tmp_path, model):
    lora = adapter(tmp_path / "lora", name="m")
    found = []
    for _ in range(2):
        serve = served(tmp_path, "m", "--adapters", "lora", "--json")
        told = serve.ready()
        assert told["models"] == ["lora"] and "--enable-lora" not in told["command"]
        found.append((told["command"][told["command"].index("--model") + 1], "merging" in serve.end()[2]))
    (place, first), (again, second) = found
    assert place == again and first and not second
    assert json.loads((Path(place) / "merged.json").read_text()) == {"adapter": str(lora), "kind": "float32" if sys_float32() else "auto"}
    (model / "config.json").write_text('{"max_position_embeddings": 1024}')
    serve = served(tmp_path, "m", "--adapters", "lora", "--json")
    assert serve.ready()["command"][4] != place, "another base is another merge"
    serve.end()


def sys_float32():
    from dsl4bes.unknown.serving.plan import number_type

    return number_type(cpu=True) == "float32"


def test_a_hub_id_is_fetched_to_be_merged(tmp_path):
    base(tmp_path / "bin/hub")
    adapter(tmp_path / "lora", name="Org/Model")
    assert "Org/Model is not here" in refused(tmp_path, "BES0737", "Org/Model", "--adapters", "lora", "--dry-run"), "a dry run fetches nothing"
    assert "Org/Model" in refused(tmp_path, "BES0735", "Org/Other", "--adapters", "lora")
    serve = served(tmp_path, "Org/Model", "--adapters", "lora", "--json")
    told = serve.ready()
    assert told["models"] == ["lora"] and told["environment"]["HF_HUB_OFFLINE"] == "1"
    serve.end()
    told = json.loads(served(tmp_path, "Org/Model", "--dry-run", "--json").end(0)[1])
    assert told["models"] == ["Org/Model"] and "HF_HUB_OFFLINE" not in told["environment"]


def test_words_for_vllm(tmp_path, model):
    status, out, _ = served(tmp_path, "m", "--dry-run", "--", "--tensor-parallel-size", "2").end(0)
    assert status == 0 and out.endswith(" --tensor-parallel-size 2\n")
    for wrong in (("--", "--api-key", SECRET), ("--", "--port=1"), ("another",)):
        status, out, said = served(tmp_path, "m", "--dry-run", *wrong).end(0)
        assert status == 2 and out == "" and SECRET not in said


def test_a_merge_that_fails_leaves_nothing(tmp_path, model):
    adapter(tmp_path / "lora", name="m")
    assert "out of memory" in refused(tmp_path, "BES0737", "m", "--adapters", "lora", behaviour="clumsy")
    assert not list((tmp_path / "cache/merged").iterdir())


def test_nobody_can_merge(tmp_path, model):
    adapter(tmp_path / "lora", name="m")
    if "peft" in pythons._asked(sys.executable).packages:
        pytest.skip("peft is installed here")
    assert "peft" in refused(tmp_path, "BES0729", "m", "--adapters", "lora", packages=("torch", "transformers"))


def test_adapters_that_do_not_go(tmp_path, model):
    adapter(tmp_path / "dora", name="m", use_dora=True)
    assert "DoRA" in refused(tmp_path, "BES0734", "m", "--adapters", "dora", "--no-merge")
    adapter(tmp_path / "wide", width=16, name="m")
    refused(tmp_path, "BES0735", "m", "--adapters", "wide")
    adapter(tmp_path / "same/m", name="m")
    assert "the name of the model" in refused(tmp_path, "BES0734", "m", "--adapters", "same", "--no-merge")


def test_a_dry_run_knows_where_a_conversion_and_a_merge_will_lie(tmp_path):
    content = b"GGUF" + b"weights"
    (tmp_path / "m.gguf").write_bytes(content)
    adapter(tmp_path / "lora", name="m")
    checksum = hashlib.sha256(content).hexdigest()
    (place, merged, other) = (
        json.loads(served(tmp_path, "m.gguf", "--dry-run", "--json", *more).end(0)[1])["command"][4] for more in ((), ("--adapters", "lora"), ("--adapters", "lora", "--no-merge"))
    )
    assert place == other == str(tmp_path / "cache/models" / checksum[:24]) and Path(merged).parent == tmp_path / "cache/merged"
    assert not Path(place).exists() and not Path(merged).exists()


def test_models_that_are_none(tmp_path):
    refused(tmp_path, "BES0725", "absent.gguf")
    (tmp_path / "text.gguf").write_text("no weights")
    refused(tmp_path, "BES0725", "text.gguf")
