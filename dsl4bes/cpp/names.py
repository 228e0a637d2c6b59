"""C++ words: identifiers, string literals, comments and numbers.

In: names and texts of the user, in any script and with any character. Out: text that is safe in the place it is meant for:
an identifier that no keyword, macro or other name takes, a string literal without trigraphs, a comment that cannot be
left, a number that reads back as the same double. Nothing else of the generator touches user text unescaped.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from dsl4bes.ir.reserved import RESERVED

_NOT_WORD = re.compile(r"[^A-Za-z0-9]+")


def identifier(name: str) -> str:
    """A valid C++ identifier that resembles `name`: other characters than letters and digits become one `_`.

    >>> identifier("proton recoil"), identifier("4c"), identifier("é")
    ('proton_recoil', 'x4c', 'x')
    """
    word = _NOT_WORD.sub("_", name).strip("_")
    return word if word and not word[0].isdigit() else f"x{word}"


def type_name(name: str) -> str:
    """`identifier` in the style of a class: each word begins with a capital letter.

    >>> type_name("fit4c"), type_name("rho pi")
    ('Fit4c', 'RhoPi')
    """
    return "".join(word[:1].upper() + word[1:] for word in identifier(name).split("_"))


def option_name(name: str) -> str:
    """A name for tuples, columns and histograms: letters, digits and `_`, as ROOT and Gaudi take it."""
    word = "".join(c if c.isascii() and c.isalnum() else "_" for c in name)
    return word if word and not word[0].isdigit() else f"_{word}"


class Names:
    """Hands out names that are unique within one scope; the first to ask for a name gets it, later ones a number.

    >>> names = Names(["gam"])
    >>> names.new("gam"), names.new("pi0"), names.new("while")
    ('gam_2', 'pi0', 'while_2')
    """

    __slots__ = ("_taken",)

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(RESERVED)
        self._taken.update(taken)

    def new(self, name: str) -> str:
        """The identifier for `name`, not given out before; never in capitals alone, as macros are."""
        word = identifier(name)
        if len(word) > 1 and word.isupper():
            word = word.lower()  # system headers have hundreds of macros in capitals
        candidate, number = word, 2
        while candidate in self._taken:
            candidate, number = f"{word}_{number}", number + 1
        self._taken.add(candidate)
        return candidate

    def take(self, word: str) -> bool:
        """Take exactly this word; False if it is taken already."""
        free = word not in self._taken
        self._taken.add(word)
        return free

    def index(self) -> str:
        """A name for the index of a loop: i, j, k, l, as people write them."""
        free = next((word for word in "ijkl" if word not in self._taken), "i")
        return self.new(free)

    def inner(self) -> Names:
        """A scope inside this one: what is taken here is taken there."""
        return Names(self._taken)


_SIMPLE = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def string(text: str) -> str:
    """A C++98 string literal with the bytes of `text` in UTF-8.

    Control and non-ASCII bytes are octal escapes of three digits, and a `?` after a `?` is escaped, so that no
    trigraph and no line end can arise.

    >>> print(string('a"b??/'))
    "a\\"b?\\?/"
    """
    parts = ['"']
    previous = ""
    for char in text:
        if char in _SIMPLE:
            parts.append(_SIMPLE[char])
        elif char == "?" and previous == "?":
            parts.append("\\?")
        elif " " <= char <= "~":
            parts.append(char)
        else:
            parts.extend(f"\\{byte:03o}" for byte in char.encode("utf-8", "replace"))
        previous = char
    parts.append('"')
    return "".join(parts)


def comment(text: str) -> str:
    """Text for a `//` comment or inside `/* */`: one line, ASCII, no comment end, no trailing backslash, no trigraph.

    >>> comment("a */ b\\\\")
    'a * / b\\\\ .'
    """
    return _inert(" ".join(text.split()))


def quoted_line(text: str) -> str:
    """One line of source text for a comment, its own blanks kept; see `comment`."""
    return _inert(text.expandtabs(4).rstrip())


def _inert(line: str) -> str:
    ascii_only = "".join(c if " " <= c <= "~" else f"<U+{ord(c):04X}>" for c in line)
    safe = ascii_only.replace("*/", "* /").replace("/*", "/ *").replace("??", "? ?").replace("??", "? ?")
    return f"{safe} ." if safe.endswith("\\") else safe


def option_string(text: str) -> str:
    """A string of Gaudi job options: quotes and backslashes escaped, control characters as blanks."""
    safe = "".join(c if c >= " " and c != "\x7f" else " " for c in text)
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'


def number(value: float) -> str:
    """The shortest text of a double that reads back as the same double, always with a point.

    >>> number(200), number(1e-05), number(0.02)
    ('200.0', '1.0e-05', '0.02')
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a number that C++98 can write; use absent() or infinity()")
    text = repr(float(value))
    mantissa, mark, exponent = text.partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    return mantissa + mark + exponent


def cpp_value(value: bool | float | str) -> str:
    """A property's default in C++."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"std::string({string(value)})"
    return str(value) if isinstance(value, int) else number(value)


def option_value(value: bool | float | str) -> str:
    """A property's value in job options."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return option_string(value)
    return str(value) if isinstance(value, int) else number(value)
