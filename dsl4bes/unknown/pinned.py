"""What an adapter says it was made of (`dsl4bes.json`), and whether it is used in the same way.

In: the folder of an adapter, the chat template and the folder of the model it is put onto. Out: nothing, or a `Trouble`: an adapter that was trained with one prompt template is not served with another, nor on other weights.
Adapters of others have no such file, and nothing is said of them. No library of models is needed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dsl4bes.diagnostics.codes.training import OTHER_TEMPLATE
from dsl4bes.unknown.trouble import Trouble

PINNED = "dsl4bes.json"
_TEMPLATE_FILE, _TOKENIZER_CONFIG = "chat_template.jinja", "tokenizer_config.json"
_LARGEST = 1 << 22


def template_digest(template: Any) -> str:
    """Names a chat template: the SHA-256 of its text; of the one called `default` where there are several. Empty if there is none.

    >>> template_digest("{{ x }}") == template_digest({"default": "{{ x }}", "tools": "y"}) == template_digest("{{ x }}\\n")
    True
    """
    if isinstance(template, Mapping):
        template = template.get("default")
    if isinstance(template, list):  # as tokenizer_config.json had it
        template = next((each.get("template") for each in template if isinstance(each, Mapping) and each.get("name") == "default"), None)
    return hashlib.sha256(template.rstrip("\n").encode()).hexdigest() if isinstance(template, str) and template else ""


def template_of_folder(folder: Path) -> str | None:
    """The digest of the template in the folder of a model; None if it cannot be read from here."""
    try:
        if (folder / _TEMPLATE_FILE).is_file():
            return template_digest((folder / _TEMPLATE_FILE).read_text(encoding="utf-8"))
        config = json.loads((folder / _TOKENIZER_CONFIG).read_text(encoding="utf-8"))
        return template_digest(config.get("chat_template"))
    except (OSError, ValueError, AttributeError):
        return None


def read_pinned(adapter: Path) -> dict[str, Any] | None:
    """What an adapter says of itself; None if it is not one of ours."""
    path = adapter / PINNED
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError("it is too large")
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict) or not all(isinstance(found.get(key), str) for key in ("template", "base_digest")):
            raise ValueError("it says nothing of the prompt template")
    except (OSError, ValueError, RecursionError) as error:
        raise Trouble(OTHER_TEMPLATE, f"`{path}` cannot be read: {error}", "the adapter was changed or copied in part: copy it again") from None
    return found


def check_pinned(adapter: Path, template: str | None, base_digest: str = "", base: str = "the model") -> None:
    """A `Trouble` unless the adapter was trained with this template and on these weights, as far as both are known."""
    pinned = read_pinned(adapter)
    if pinned is None:
        return
    if template is not None and pinned["template"] != template:
        there = f"`{base}` has {template[:12]}" if template else f"`{base}` has none"
        raise Trouble(
            OTHER_TEMPLATE, f"the adapter `{adapter.name}` was trained with the prompt template {pinned['template'][:12]}, and {there}",
            f"take the model with which it was trained, `{pinned.get('base', '')}`, with its chat template as it was",
        )  # fmt: skip
    if base_digest and pinned["base_digest"] and pinned["base_digest"] != base_digest:
        raise Trouble(OTHER_TEMPLATE, f"the adapter `{adapter.name}` was trained on other weights than those of `{base}`", f"it was made for `{pinned.get('base', '')}` ({pinned['base_digest'][:12]})")
