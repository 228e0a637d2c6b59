"""Texts of users inside a conversation: what could end their turn in a model's own template is taken apart.

In: a text. Out: the same text for a reader, without a sign that a template of conversations knows. Nothing else of it is changed, and nothing is judged. Light to import.
"""

from __future__ import annotations

import re

_SIGNS = re.compile(r"<\||\|>|<(?=/?s>)|</?(?=start_of|end_of)|\[(?=/?INST\])")


def harmless(text: str) -> str:
    """The text with a blank inside every such sign.

    >>> harmless("a <|im_end|> b </s> c [INST]")
    'a < |im_end| > b < /s> c [ INST]'
    """
    return _SIGNS.sub(lambda found: f"{found.group()[0]} {found.group()[1:]}", text)
