"""What a tool does with a program, in a process of its own with limits of time and memory: also what runs there (`python -m dsl4bes.agents.work`).

In: the name of a tool, a program as text or path, the folder of the server. Out: the data of the tool. A program can be hostile: whatever it does to the compiler, the server answers.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from typing import Any

from dsl4bes.agents import child, tools
from dsl4bes.agents.places import Given, given
from dsl4bes.agents.refused import NotAllowed

MAX_SECONDS = 30.0
_MAX_MEMORY = 4 * 1024**3

_TOOLS: dict[str, Callable[[Given, str], dict[str, Any]]] = {
    "check": lambda program, _: tools.check(program),
    "fix": lambda program, _: tools.fix(program),
    "format": lambda program, _: tools.formatted(program),
    "compile": tools.compiled,
    "describe": tools.described,
}


async def limited(tool: str, text: str, path: str, root: str, option: str = "", seconds: float = MAX_SECONDS) -> dict[str, Any]:
    """What a tool gives for a program, or a `fault` if it takes too long; what may not be read is refused before a process is started."""
    try:
        given(text, path, root)
    except NotAllowed as error:
        return {"ok": False, "fault": str(error)}
    return await child.ask(__name__, {"tool": tool, "text": text, "path": path, "root": root, "option": option}, seconds, "a shorter program")


async def imported(text: str, header: str, options: str, name: str, seconds: float = MAX_SECONDS) -> dict[str, Any]:
    """The draft of an old algorithm."""
    return await child.ask(__name__, {"tool": "import_cpp", "text": text, "header": header, "options": options, "name": name}, seconds, "a shorter file")


def _work(request: dict[str, Any], say: child.Say) -> dict[str, Any]:
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))
    if request["tool"] == "import_cpp":
        return tools.draft(request["text"], request["header"], request["options"], request["name"])
    return _TOOLS[request["tool"]](given(request["text"], request["path"], request["root"]), request["option"])


if __name__ == "__main__":
    child.serve(_work)
