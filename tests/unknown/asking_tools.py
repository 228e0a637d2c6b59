"""What the tests of `ask` share: texts that the decoder's grammar allows, drawn at random; whether it allows a text.

In: a grammar, a seeded generator. Out: texts. Two ways that share no code: `walk` goes through the rules as data, `decode` lets llguidance, the engine of the
real decoders, say at every byte which bytes may follow.
"""

from __future__ import annotations

import random
import re
from functools import lru_cache

from dsl4bes.unknown.asking.ebnf import MANY, Alt, Grammar, Ref, Rep, Seq, Terminal

_PARSER = re._parser if hasattr(re, "_parser") else __import__("sre_parse")


def walk(grammar: Grammar, rng: random.Random, size: int = 400) -> str:
    """A text by the rules. The longer it is, the fewer repetitions it takes."""
    out: list[str] = []
    written = 0

    def go(node) -> None:
        nonlocal written
        if isinstance(node, str):
            out.append(node)
            written += len(node)
        elif isinstance(node, Ref):
            if node.name in grammar.rules:
                go(grammar.rules[node.name])
            else:
                go(drawn(grammar.terminals[node.name], rng))
        elif isinstance(node, Seq):
            for item in node.items:
                go(item)
        elif isinstance(node, Alt):
            go(rng.choice(node.items))
        elif isinstance(node, Rep):
            more = 0 if written > size else rng.choice((0, 0, 1, 1, 2, 3))
            for _ in range(max(node.least, more if node.most == MANY else min(node.most, more))):
                go(node.item)

    go(Ref(grammar.start))
    return "".join(out)


def drawn(terminal: Terminal, rng: random.Random) -> str:
    """A text of a terminal."""
    if terminal.words:
        return rng.choice(terminal.words)
    while True:
        text = "".join(_of_pattern(_PARSER.parse(terminal.pattern), rng))
        assert re.fullmatch(terminal.pattern, text)
        if not any(re.fullmatch(word, text) for word in terminal.but_not):
            return text


def _of_pattern(parsed, rng: random.Random):
    for kind, value in parsed:
        name = str(kind)
        if name == "LITERAL":
            yield chr(value)
        elif name == "IN":
            ranges = [(low, low) if str(op) == "LITERAL" else low for op, low in value]
            yield chr(rng.randint(*rng.choice(ranges)))
        elif name == "SUBPATTERN":
            yield from _of_pattern(value[3], rng)
        elif name == "BRANCH":
            yield from _of_pattern(rng.choice(value[1]), rng)
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            low, high, inner = value
            for _ in range(rng.choice((low, min(high, low + 1), min(high, low + 4), high))):
                yield from _of_pattern(inner, rng)
        else:
            raise AssertionError(f"the pattern has {name}")


@lru_cache(maxsize=1)
def _bytes():
    from llguidance import LLTokenizer

    return LLTokenizer("byte")


def matcher(text: str):
    from llguidance import LLMatcher

    found = LLMatcher(_bytes(), text)
    assert not found.get_error(), found.get_error()
    return found


def refused_at(text: str, program: str) -> int | None:
    """Where the decoder's engine stops following a program (its length: the program is not complete); None: it accepts it."""
    content = program.encode()
    engine = matcher(text)
    taken = engine.try_consume_tokens(list(content))
    return None if taken == len(content) and engine.is_accepting() else len(content[:taken].decode(errors="ignore"))


def decode(text: str, rng: random.Random, size: int = 300) -> str | None:
    """What a decoder writes whose model draws bytes blindly; after `size` bytes it wants to end. None: it did not within ten times that."""
    engine = matcher(text)
    end = _bytes().eos_token
    out = bytearray()
    for _ in range(10 * size):
        mask = int.from_bytes(engine.compute_bitmask(), "little")
        allowed = [token for token in range(_bytes().vocab_size) if mask >> token & 1]
        if end in allowed and (len(out) > size or rng.random() < 0.02 or allowed == [end]):
            return out.decode()
        token = _ending(allowed, out) if len(out) > size else None
        if token is None:
            token = rng.choice([each for each in allowed if each != end])
        assert engine.consume_token(token)
        out.append(token)
    return None


def _ending(allowed: list[int], out: bytearray) -> int | None:
    """A byte that leads to an end: a line end, a closing sign, `end`."""
    line = bytes(out).rsplit(b"\n", 1)[-1].strip()
    wanted = b'\n")]' + (b"end"[len(line) : len(line) + 1] if b"end".startswith(line) else b"")
    return next((sign for sign in wanted if sign in allowed and not (sign == 10 and not line)), None)


class _Vocabulary:
    """Tokens such as a code model has: pieces of words with and without a blank in front, with signs glued to them, numbers, runs of blanks and signs of every length."""

    def __init__(self) -> None:
        words = ["event", "selection", "charged", "tracks", "photons", "kinematic", "fit", "identify", "require", "energy", "gam", "pip", "ecms", "MeV", "GeV", "the", "and", "not", "in", "or", "end", "do", "self", "return", "import", "class"]
        pieces = {piece for word in words for size in range(1, len(word) + 1) for piece in (word[:size], word[-size:])}
        letters = "abcdefghijklmnopqrstuvwxyz"
        pieces |= {a + b for a in letters for b in letters} | {a + b + c for a in letters for b in "aeiou" for c in letters}
        signs = "()[]{}<>=!+-*/.,:;\"'#_%^&|\\"
        runs = {sign * size for sign in signs for size in range(1, 33)} | {a + b for a in signs for b in signs} | {a + b + c for a in signs for b in signs for c in signs}
        blanks = {" " * size for size in range(1, 65)} | {"\n" * a + " " * b for a in range(1, 4) for b in range(25)}
        numbers = {str(number) for number in range(1000)}
        short = [a + b for a in letters for b in letters] + words
        mixed = {word + sign for word in short for sign in "(.:,;"} | {sign + word for word in pieces for sign in "(.:,-_/"}
        texts = pieces | runs | blanks | numbers | mixed | {a + b + a + b for a in signs for b in signs}
        texts |= {" " + text for text in (*pieces, *runs, *numbers)}
        self.tokens = [bytes([value]) for value in range(256)] + sorted({text.encode() for text in texts if len(text) > 1}) + [b"\xff<|end|>"]
        self.eos_token_id = len(self.tokens) - 1
        self.bos_token_id = None
        self.special_token_ids = [self.eos_token_id]
        self.unk_token_id = None
        self._known = {token: number for number, token in enumerate(self.tokens)}
        self._longest = max(map(len, self.tokens[:-1]))

    def __call__(self, text: str | bytes) -> list[int]:
        """The longest token each time."""
        content = text.encode() if isinstance(text, str) else text
        found, at = [], 0
        while at < len(content):
            size = next(size for size in range(min(self._longest, len(content) - at), 0, -1) if content[at : at + size] in self._known)
            found.append(self._known[content[at : at + size]])
            at += size
        return found


@lru_cache(maxsize=1)
def vocabulary():
    """A tokenizer with some ten thousand tokens, and the engine's view of it."""
    from llguidance import LLTokenizer
    from llguidance._tokenizer import TokenizerWrapper

    made = _Vocabulary()
    return made, LLTokenizer(TokenizerWrapper(made))
