"""Settings of the model: three places, one order, and every fault with its place."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.render import render
from dsl4bes.unknown.settings import BY_NAME, KEY_VARIABLE, SETTINGS, Settings, find_file, read_settings
from dsl4bes.unknown.settings_file import key_places, read_file

CORPUS = sorted((Path(__file__).parent / "corpus/settings").glob("*.toml"))
if sys.version_info < (3, 11):
    pytest.importorskip("tomli")


def settings(tmp_path, text=None, environment=None, flags=None):
    """Settings for a program in a folder with this file, and the bag."""
    if text is not None:
        (tmp_path / "dsl4bes.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    bag = Bag()
    return read_settings(tmp_path / "a.bes", bag, environment=environment or {}, flags=flags), bag


def codes(bag):
    return [item.code.id for item in bag]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_bad_file_yields_its_code_at_its_place(path):
    bag = Bag()
    read_settings(None, bag, environment={})
    assert not bag.items, "the project itself has no settings"
    taken = settings_of(path, bag)
    assert codes(bag) == [path.stem.split("_")[0]]
    assert bag.items[0].primary is not None and str(path) in render(bag) and "0123456789" not in bag.items[0].message
    assert "sk-" not in str(taken)


def settings_of(path, bag):
    """The values of one file."""
    from dsl4bes.unknown.settings import _Found

    found = _Found(bag)
    read_file(path, found.take, bag)
    return found.values


def test_every_code_has_a_bad_file():
    assert {path.stem[:7] for path in CORPUS} == {"BES0720", "BES0721", "BES0722", "BES0723"}


def test_without_anything_there_are_defaults(tmp_path):
    found, bag = settings(tmp_path)
    assert not bag.items and found == Settings() and found.backend == "" and "url" not in found.origins


def test_a_later_place_wins(tmp_path):
    text = '[model]\nurl = "http://localhost:1"\nmodel = "file"\ntemperature = 1\nsamples = 4\n'
    environment = {"DSL4BES_MODEL_MODEL": "environment", "DSL4BES_MODEL_SAMPLES": "5", KEY_VARIABLE: "secret", "HOME": "/"}
    found, bag = settings(tmp_path, text, environment, {"samples": 6, "seed": "7", "rounds": None})
    assert not bag.items
    assert (found["url"], found["model"], found["samples"], found["seed"], found["rounds"]) == ("http://localhost:1", "environment", 6, 7, 3)
    assert found["temperature"] == 1.0 and isinstance(found["temperature"], float)
    assert [found.origins.get(name, "default") for name in ("url", "model", "samples", "seed", "rounds")] == [
        "dsl4bes.toml:2", "$DSL4BES_MODEL_MODEL", "--model-samples", "--model-seed", "default",
    ]  # fmt: skip
    assert "secret" not in repr(found)


def test_the_backend_is_concluded(tmp_path):
    assert settings(tmp_path, flags={"url": "http://localhost"})[0].backend == "openai"
    assert settings(tmp_path, flags={"url": "http://localhost", "cassette": "a.json"})[0].backend == "recorded"
    assert settings(tmp_path, flags={"url": "http://localhost", "cassette": "a.json", "record": True})[0].backend == "openai"
    assert settings(tmp_path, flags={"backend": "transformers", "model": "x"})[0].backend == "transformers"


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("SAMPLES", "many", "whole number"),
        ("SAMPLES", "1.5", "whole number"),
        ("SAMPLES", "0", "between 1 and 64"),
        ("TEMPERATURE", "nan", "between 0 and 2"),
        ("TEMPERATURE", "warm", "a number"),
        ("RECORD", "perhaps", "true or false"),
        ("BACKEND", "magic", "one of openai, transformers, recorded"),
        ("URL", "a\nb", "cannot be printed"),
        ("MODEL", "x" * 5000, "longer than"),
    ],
)
def test_faults_of_the_environment_name_the_variable(tmp_path, name, text, word):
    found, bag = settings(tmp_path, environment={f"DSL4BES_MODEL_{name}": text})
    assert codes(bag) == ["BES0722"] and word in bag.items[0].message
    assert f"$DSL4BES_MODEL_{name}" in render(bag) and found[name.lower()] == BY_NAME[name.lower()].default
    assert len(render(bag)) < 12_000


def test_unknown_variable_has_a_suggestion(tmp_path):
    _, bag = settings(tmp_path, environment={"DSL4BES_MODEL_TEMPRATURE": "1"})
    assert codes(bag) == ["BES0721"] and "`temperature`" in bag.items[0].help


def test_a_key_in_a_variable_of_another_name_is_not_shown(tmp_path):
    for name in ("DSL4BES_MODEL_API_KEY", "DSL4BES_MODEL_TOKEN", "DSL4BES_MODEL_URL"):
        _, bag = settings(tmp_path, environment={name: "sk-0123456789abcdef"})
        assert codes(bag) == ["BES0723"] and "0123456789" not in render(bag) and KEY_VARIABLE in bag.items[0].help


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"\xff\xfe", "BES0720"),
        (b"[model]\n" + b"a" * (2 << 20), "BES0720"),
        ("[model]\nseed = " + "[" * 5000, "BES0720"),
        ("[model]\nsamples = 1\nsamples = 2\n", "BES0720"),
        ("[model]\nsamples = true\n", "BES0722"),
        ("[model]\nurl = 1\n", "BES0722"),
        ("[[model]]\nurl = 'x'\n", "BES0722"),
        ("[modle]\nurl = 'x'\n", "BES0721"),
    ],
    ids=range(8),
)
def test_hostile_files(tmp_path, text, code):
    _, bag = settings(tmp_path, text)
    assert codes(bag)[0] == code


def test_a_file_that_cannot_be_read(tmp_path):
    (tmp_path / "dsl4bes.toml").symlink_to("/proc/self/mem")
    _, bag = settings(tmp_path)
    assert codes(bag) == ["BES0720"]


def test_without_a_reader_of_toml_the_extra_is_named(tmp_path, monkeypatch):
    """Python 3.10 without the extra."""
    monkeypatch.setattr(sys, "version_info", (3, 10, 0))
    monkeypatch.setitem(sys.modules, "tomli", None)
    _, bag = settings(tmp_path, "[model]\nsamples = 1\n")
    assert codes(bag) == ["BES0729"] and "dsl4bes[llm]" in bag.items[0].help


def test_files_are_found_upward_but_not_beyond_a_folder_for_everyone(tmp_path):
    inner = tmp_path / "a/b"
    inner.mkdir(parents=True)
    assert find_file(inner) is None
    (tmp_path / "dsl4bes.toml").write_text("")
    assert find_file(inner) == find_file(tmp_path) == tmp_path / "dsl4bes.toml"
    (tmp_path / "a").chmod(0o777)
    assert find_file(inner) is None
    (tmp_path / "a/dsl4bes.toml").write_text("")
    assert find_file(inner) == tmp_path / "a/dsl4bes.toml"
    (inner / "dsl4bes.toml").write_text("")
    assert find_file(inner) == inner / "dsl4bes.toml"


def test_a_strangers_file_in_a_folder_for_everyone_is_not_read(tmp_path, monkeypatch):
    (tmp_path / "dsl4bes.toml").write_text("")
    tmp_path.chmod(0o777)
    assert find_file(tmp_path) is not None
    owner = (tmp_path / "dsl4bes.toml").stat().st_uid
    if owner == 0:
        os.chown(tmp_path / "dsl4bes.toml", 60000, 60000)
    monkeypatch.setattr(os, "getuid", lambda: 61000)
    assert find_file(tmp_path) is None
    tmp_path.chmod(0o755)
    assert find_file(tmp_path) is not None


def test_places_skip_strings_and_comments():
    text = '''# [model] url = 1
a = """
[model]
url = "no"
"""
b = ["url = 1", 'x = 2'] # c = 3
[ model ]
"url" = 'y = 1'
deep.key = 1
'''
    assert {key: text[start:end] for key, (start, end) in key_places(text).items()} == {
        ("a",): "a", ("b",): "b", ("model",): "model", ("model", "url"): '"url"',
        ("model", "deep"): "deep.key", ("model", "deep", "key"): "deep.key",
    }  # fmt: skip


@given(st.text(max_size=200))
def test_any_text_ends_in_a_diagnostic_or_settings(text):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dsl4bes.toml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        bag = Bag()
        settings_of(path, bag)
        render(bag)


@given(st.dictionaries(st.sampled_from(sorted(BY_NAME)) | st.text(max_size=12), st.text(max_size=30)))
def test_any_environment_ends_in_a_diagnostic_or_settings(values):
    bag = Bag()
    found = read_settings(Path("/"), bag, environment={f"DSL4BES_MODEL_{name.upper()}": text for name, text in values.items()})
    for setting in SETTINGS:
        assert isinstance(found[setting.name], setting.kind)
    render(bag)


def test_defaults_are_allowed_values():
    from dsl4bes.unknown.settings import _fault

    for setting in SETTINGS:
        if setting.default != "":
            assert not _fault(setting, setting.default), setting.name
        assert setting.meaning and setting.variable == f"DSL4BES_MODEL_{setting.name.upper()}"
    assert BY_NAME["model"].flag == "--model" and BY_NAME["top_p"].flag == "--model-top-p"
    assert os.environ.get("DSL4BES_MODEL_URL") is None, "the tests run without a model"
