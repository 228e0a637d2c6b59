"""Whatever the text, the policy answers; and what it lets through has no word outside the allow-list. Texts: mutated and mixed good bodies, and noise."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

pytest.importorskip("tree_sitter_cpp")

from hypothesis import example, given, settings
from hypothesis import strategies as st
from policy_bodies import GOOD, NAMES
from test_policy_attacks import ATTACKS, shows_words

from dsl4bes.unknown import policy
from dsl4bes.unknown.policy import Rule, check
from dsl4bes.unknown.policy.check import allowed_words

PIECES = (
    "<", ">", ">>", "<<", "::", ".", "->", "*", "&", "(", ")", "[", "]", "{", "}", ";", ",", "=", "==", "+=", "++", "--", "-", "!", "?", ":", "/*", "*/", "//",
    "\\", "#", '"', "'", "\n", " ", "in", "in.good", "return", "if", "else", "for", "while", "int", "double", "const", "static", "auto", "std", "std::vector<double>",
    "HepLorentzVector", "system", "0", "1", "1.0", "-1", "1e", "0x", ".5.5", "p4", "m()", "template", "operator", "case", "default:", "goto x;", "sizeof", "new",
    "[]", "[[", "...", "R\"(", "é", "\u202e", "\0", "??/", "<:", "%:", "struct X {}", "not", "and", "true", "false", "std::sort(", ".begin()", "T<", "a<b>(c)",
)  # fmt: skip
BODIES = sorted(GOOD.values())
TOKENS = re.compile(r"\w+|\s+|[^\w\s]")


@st.composite
def mutated(draw) -> str:
    """A good body with up to six tokens removed, doubled, replaced, swapped, or put in from the list or another body."""
    tokens = TOKENS.findall(draw(st.sampled_from(BODIES)))
    other = TOKENS.findall(draw(st.sampled_from(BODIES)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(tokens) - 1, 0)))
        kind = draw(st.integers(0, 5))
        piece = draw(st.sampled_from(PIECES)) if kind != 4 else draw(st.sampled_from(other))
        if kind == 0:
            del tokens[at : at + draw(st.integers(1, 5))]
        elif kind == 1:
            tokens.insert(at, piece)
        elif kind == 2:
            tokens[at : at + 1] = [piece]
        elif kind == 3:
            tokens[at:at] = tokens[at : at + draw(st.integers(1, 12))]
        elif kind == 4:
            tokens[at : at + 1] = [piece]
        else:
            to = draw(st.integers(0, max(len(tokens) - 1, 0)))
            if tokens:
                tokens[at], tokens[to] = tokens[to], tokens[at]
    return "".join(tokens)


def holds(text: bytes | str) -> None:
    began = time.perf_counter()
    verdict = check(text, NAMES)
    assert time.perf_counter() - began < 5.0
    shows_words(verdict)
    if not verdict.accepted:
        return
    assert verdict.code.isascii() and not set(verdict.code) & set("#\\\"'@$`")
    words = set(re.findall(r"[A-Za-z_]\w*", verdict.code)) - allowed_words(NAMES) - {"e"}
    for word in words:
        if not re.fullmatch(r"[eE]\d+", word):
            assert re.search(rf"(?:double|int|bool|size_t|long|float|unsigned|Vector|View&?|>|,)\s*{word}\s*(?:[=;,(\[]|$)", verdict.code), word
    assert check(verdict.code, NAMES).accepted, "the code that is compiled passes as it stands"


@given(mutated())
@settings(max_examples=120)
def test_mutated_bodies(text):
    holds(text)


@given(st.lists(st.sampled_from(PIECES), max_size=60))
@settings(max_examples=100)
@example(["for"]).via("a header without anything")
@example(["if", "(", ")", "else"]).via("statements without anything")
@example(["int", "[]", "=", "{", "}", ";"]).via("an array without a name")
def test_noise_of_tokens(pieces):
    holds(" ".join(pieces))
    holds("".join(pieces) + "\nreturn true;")


@given(st.binary(max_size=300))
@settings(max_examples=100)
def test_noise_of_bytes(data):
    holds(data)


@given(st.text(max_size=200))
@settings(max_examples=100)
def test_noise_of_text(text):
    holds(text)
    holds(f"return true; // {text}")


@given(st.sampled_from(sorted(ATTACKS)), st.sampled_from(BODIES), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_attacks_between_the_lines_of_good_bodies(name, body, random):
    """An attack put at any line of a good body is refused, wherever it lands."""
    lines = body.split("\n")
    lines.insert(random.randrange(len(lines) + 1), ATTACKS[name][1])
    verdict = check("\n".join(lines), NAMES)
    shows_words(verdict)
    assert not verdict.accepted


def test_every_rule_is_explained_once():
    """RULES.md has a row for each rule, and no row for another."""
    text = (Path(policy.__file__).parent / "RULES.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    assert sorted(key for row in rows for key in re.findall(r"`([^`]+)`", row)) == sorted(rule.key for rule in Rule)
