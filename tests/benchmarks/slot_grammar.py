"""The grammar of an answer: its size, the time to make and to read it, and the time a decoder takes for each token of good bodies.

In: the bodies of the policy's tests; a tokenizer (`tokenizer.json` of a model) as the first argument, else bytes. Out: a table. No model is asked.
"""

from __future__ import annotations

import statistics
import sys
import textwrap
import time
from pathlib import Path

import llguidance
from llguidance import numpy as masks

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unknown"))

from policy_bodies import GOOD
from test_slot_grammar import TASK

from dsl4bes.unknown.writing.slot_grammar import slot_grammar


def main() -> int:
    """Print the table."""
    began = time.perf_counter()
    text = slot_grammar(TASK)
    made = time.perf_counter()
    tokenizer = llguidance.LLTokenizer(sys.argv[1] if len(sys.argv) > 1 else "byte")
    ready = time.perf_counter()
    grammar = llguidance.LLMatcher.grammar_from_lark(text)
    matcher = llguidance.LLMatcher(tokenizer, grammar)
    print(f"grammar of a body      {len(text):10,d} bytes, made in {1e3 * (made - began):.1f} ms, read in {1e3 * (time.perf_counter() - ready):.1f} ms")
    mask = masks.allocate_token_bitmask(1, tokenizer.vocab_size)
    times: list[float] = []
    for body in GOOD.values():
        matcher.reset()
        for token in tokenizer.tokenize_bytes(textwrap.dedent(body).strip().encode()):
            started = time.perf_counter()
            masks.fill_next_token_bitmask(matcher, mask)
            times.append(time.perf_counter() - started)
            if not matcher.consume_token(token):
                raise SystemExit(matcher.get_error()[:300])
    mean, median, most = (1e3 * each for each in (statistics.mean(times), statistics.median(times), max(times)))
    print(f"mask of a token        {mean:10.2f} ms mean, {median:.2f} median, {most:.1f} at most ({len(times):,d} tokens of {tokenizer.vocab_size:,d})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
