"""Records what a real model answers to a few questions, for the tests of `ask`: `python finetune/record_ask.py URL MODEL CASSETTE`.

In: the address of a server that keeps to grammars (vLLM), the name of its model, the file to write. Out: the cassette, and a line per question. Run it again when the prompt, the grammar or the
blocks have changed a lot; the tests say when the recording no longer matches, and go on checking its answers.
"""

from __future__ import annotations

import sys
from pathlib import Path

from dsl4bes.unknown.asking.rounds import ask
from dsl4bes.unknown.backends.choose import open_backend
from dsl4bes.unknown.settings import Settings

QUESTIONS = (
    "select psi(3686) -> pi+ pi- J/psi, J/psi -> mu+ mu-",
    "选择 J/psi -> pi+ pi- pi0：两条带电径迹，至少两个光子，运动学拟合，画两个光子的不变质量",
    "Bhabha events e+ e- -> e+ e- at the J/psi, back to back, with full-energy showers",
    "K_S0 -> pi+ pi-，次级顶点拟合，衰变长度大于 0.4 cm，画不变质量",
    "two photons above 600 MeV, back to back in phi, for the luminosity",
)
#: The settings of the recording, which the tests use too.
SETTINGS = {"samples": 2, "rounds": 1, "max_tokens": 500, "temperature": 0.7}


def settings(url: str, model: str, cassette: str, record: bool) -> Settings:
    """Those of the recording."""
    more = {**SETTINGS, "model": model, "cassette": cassette}
    if record:
        more.update(backend="openai", url=url, record=True, read_timeout=3600.0, total_timeout=7200.0, retries=0)
    return Settings({**Settings().values, **more}, {})


def main(url: str, model: str, cassette: str) -> None:
    wanted = settings(url, model, str(Path(cassette).absolute()), True)
    backend = open_backend(wanted, Path.cwd())
    for question in QUESTIONS:
        found = ask(question, backend, wanted, constrained=True)
        print(f"{found.best.errors} errors after {found.rounds} requests, {found.tokens} tokens, {found.seconds:.0f} s: {question}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:4])
