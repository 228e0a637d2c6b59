"""Records what a real model answers to a few questions, for the tests of `ask`: `python -m finetune.record_ask URL MODEL CASSETTE [AT_ONCE]`.

In: the address of a server that keeps to grammars (vLLM), or a folder with a model (`constrained.py` decodes it here, slowly); the name of the model, the file to write. Out: the cassette, and a line per question. Run it again when the prompt, the grammar or the
blocks have changed a lot; the tests say when the recording no longer matches, and go on checking its answers.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

from dsl4bes.unknown.asking.rounds import ask
from dsl4bes.unknown.backends.choose import open_backend
from dsl4bes.unknown.backends.protocol import Backend, Request
from dsl4bes.unknown.backends.recorded import RecordedBackend
from dsl4bes.unknown.settings import Settings

QUESTIONS = (
    "select psi(3686) -> pi+ pi- J/psi, J/psi -> mu+ mu-",
    "选择 J/psi -> pi+ pi- pi0：两条带电径迹，至少两个光子，运动学拟合，画两个光子的不变质量",
    "Bhabha events e+ e- -> e+ e- at the J/psi, back to back, with full-energy showers",
    "K_S0 -> pi+ pi-，次级顶点拟合，衰变长度大于 0.4 cm，画不变质量",
    "two photons above 600 MeV, back to back in phi, for the luminosity",
)
#: The settings of the recording, which the tests use too.
SETTINGS = {"samples": 1, "rounds": 0, "max_tokens": 400, "temperature": 0.4}


def settings(url: str, model: str, cassette: Path) -> Settings:
    """Those of the recording."""
    more = {"backend": "openai", "url": url, "model": model, "cassette": str(cassette.absolute()), "record": True}
    patience = {"read_timeout": 3600.0, "total_timeout": 7200.0, "retries": 0}
    return Settings({**Settings().values, **SETTINGS, **more, **patience}, {})


def recorded(url: str, model: str, question: str, part: Path) -> str:
    """Ask one question into a file of its own; returns a line about it."""
    wanted = settings(url, model, part)
    found = ask(question, _backend(url, model, part, wanted), wanted, constrained=True)
    return f"{found.best.errors} errors after {found.rounds} requests, {found.tokens} tokens, {found.seconds:.0f} s: {question}"


@lru_cache(maxsize=1)
def _local(folder: str, model: str) -> Backend:
    from finetune.constrained import ConstrainedBackend

    return ConstrainedBackend(folder, model)


def _backend(url: str, model: str, part: Path, wanted: Settings) -> Backend:
    """What records: a server, or the model of a folder."""
    return RecordedBackend(part, model, "", _local(url, model)) if Path(url).is_dir() else open_backend(wanted, Path.cwd())


def join(parts: list[Path], model: str, cassette: Path) -> None:
    """The answers of all files in one, each played from its own: the backend alone writes recordings."""
    for part in parts:
        source = RecordedBackend(part, model, "")
        whole = RecordedBackend(cassette, model, "", source)
        for entry in json.loads(part.read_text(encoding="utf-8"))["entries"].values():
            whole.complete(Request.model_validate_json(json.dumps(entry["request"])))


def main(url: str, model: str, name: str, at_once: int = 1) -> None:
    cassette = Path(name)
    parts = [cassette.with_name(f"{cassette.name}.{number}") for number in range(len(QUESTIONS))]
    with ThreadPoolExecutor(at_once) as pool:  # a server answers several in the time of one, if nobody else asks it
        for line in pool.map(lambda pair: recorded(url, model, *pair), zip(QUESTIONS, parts)):
            print(line, flush=True)
    join(parts, model, cassette)
    for part in parts:
        part.unlink()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], *map(int, sys.argv[4:5]))
