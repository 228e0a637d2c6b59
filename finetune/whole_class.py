"""A whole algorithm class in the place of a slot: the question for it, the files in an answer, and whether they compile.

In: a task, what a model answered. Out: messages; the files of the class; what the compiler says of them as C++98 and as C++17. The compiler runs in the sandbox, since a text may name any file and the
compiler prints lines of what it reads. Nothing is linked, and nothing of an answer is run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dsl4bes.diagnostics.render.style import safe
from dsl4bes.heldout.block_tasks import BlockTask
from dsl4bes.standin.build import syntax_command
from dsl4bes.standin.messages import parse_messages
from dsl4bes.unknown.backends.protocol import Message
from dsl4bes.unknown.ladder import PROFILES
from dsl4bes.unknown.sandbox.limits import GIB, Limits
from dsl4bes.unknown.sandbox.run import run_confined
from dsl4bes.unknown.sandbox.scratch import scratch_folder
from dsl4bes.unknown.surroundings import surroundings

VERSION = "1"  #: of the question
#: A compiler needs seconds for a class; templates without an end are stopped.
LIMITS = Limits(wall_seconds=120.0, cpu_seconds=60, memory=4 * GIB, total_memory=2 * GIB, processes=16)
MOST = 64_000  #: characters of an answer that are looked at
_MOST_ERRORS = 5  #: that are kept
_FENCED = re.compile(r"^[ \t]*```[^\n`]*\n(.*?)(?:^[ \t]*```|\Z)", re.MULTILINE | re.DOTALL)
_EXECUTE = re.compile(r"\bexecute\s*\(\s*(?:void)?\s*\)[\s\w]*\{")
#: What a package has beside its class; it needs a class that can be made, so one that leaves `execute` abstract does not pass.
_ENTRIES = '#include "GaudiKernel/AlgFactory.h"\n#include "GaudiKernel/DeclareFactoryEntries.h"\n#include "{name}/{name}.h"\nDECLARE_ALGORITHM_FACTORY( {name} )\n'
_SYSTEM = "You write C++ for BOSS 7.0.x, the software of the BESIII experiment: algorithms of the framework Gaudi, in C++98, on top of the classes of BOSS (EvtRecEvent, EvtRecTrackCol, EvtRecTrack, ...) and of CLHEP."
_QUESTION = """Write the algorithm class `{name}`. It derives from Gaudi's `Algorithm` and decides which events stay: `execute()` reads the event from the event service ("/Event/EvtRec/EvtRecEvent", "/Event/EvtRec/EvtRecTrackCol") and calls `setFilterPassed(true)` for an event that stays, `setFilterPassed(false)` for one that is rejected.

What it does: {words}
{names}
Answer with two code blocks: the whole header {name}/{name}.h, then the whole source {name}.cxx, which includes it as "{name}/{name}.h"."""

#: Kinds of errors, by what the compiler says first; the first that fits.
_KINDS = (
    ("no such header", r"No such file or directory"),
    ("unknown name", r"not declared|not been declared|does not name|has no member|is not a member|unknown type|incomplete type"),
    ("wrong type or arguments", r"no match|cannot convert|could not convert|invalid conversion|conversion from|invalid operands|invalid initialization|invalid use|too (?:few|many) arguments|discards qualifiers|base operand"),
    ("class and definition differ", r"abstract class|no declaration matches|no .* member function declared|does not override|cannot be overloaded|redefinition|redeclared|is private|is protected"),
    ("syntax", r"expected|stray|missing|unterminated"),
)
_HEADER = re.compile(r"([^\s:]+): No such file or directory")


class NoClass(ValueError):
    """An answer without the class; the message says what is missing."""


def name_of(task: BlockTask) -> str:
    """The name of the class: `CentralTracks` for the block `central_tracks`."""
    return task.block.title().replace("_", "")


def question(task: BlockTask) -> tuple[Message, ...]:
    """What is asked: the words of the task, what its names mean, and no help with the interface."""
    structs = dict(task.task.structs)
    lists = [f"- `{value.name}`: {value.meaning}" for value in task.task.values if value.entry in structs]
    numbers = [f"- {value.meaning.replace(' of the block', '')}: a property" for value in task.task.fields]
    words = _QUESTION.format(name=name_of(task), words=task.words, names="".join(f"{line}\n" for line in (*lists, *numbers)))
    return (Message(role="system", content=_SYSTEM), Message(role="user", content=words))


def files_of(answer: str, name: str) -> dict[str, str]:
    """The files of the class in an answer, and the one that makes it known to Gaudi. A class that is whole in one block is taken as it is. Raises `NoClass`."""
    blocks = _FENCED.findall(answer[:MOST].replace("\r\n", "\n").replace("\r", "\n"))
    header = next((text for text in blocks if re.search(rf"\bclass\s+{name}\b[^;{{]*\{{", text)), None)
    if header is None:
        raise NoClass("no class of this name in a code block")
    source = next((text for text in blocks if text is not header and f"{name}::" in text), "")
    if not _EXECUTE.search(header + source):
        raise NoClass("no body of execute")
    # Both stand in one folder, so that the header is found under its name alone, too; an answer of one block includes itself.
    files = {f"{name}/{name}.h": header if source else f"#pragma once\n{header}", f"{name}/{name}.cxx": source or f'#include "{name}/{name}.h"\n'}
    return {**files, f"{name}/{name}_entries.cxx": _ENTRIES.format(name=name)}


def compiled(files: Mapping[str, str]) -> dict[str, str]:
    """What the compiler says for each profile: its first errors, nothing where the class compiles. Raises `Trouble` where nothing can be confined, `ToolchainError` without a compiler."""
    return {profile: _said(files, profile) for profile in PROFILES}


def _said(files: Mapping[str, str], profile: str) -> str:
    command = syntax_command(files, profile)
    with scratch_folder() as scratch:
        for path, text in files.items():
            (scratch / path).parent.mkdir(exist_ok=True)
            (scratch / path).write_text(text, encoding="utf-8", errors="replace")
        around = surroundings(scratch)
        outcome = run_confined(command, scratch, readable=around.readable, environment=around.environment, limits=LIMITS)
    if outcome.ok:
        return ""
    errors = [str(each) for each in parse_messages(outcome.stderr.decode("utf-8", "replace")) if each.severity == "error"]
    return safe("\n".join(errors[:_MOST_ERRORS]) if errors and outcome.limit is None else outcome.words)


def fault(said: Mapping[str, str]) -> str:
    """The kind of what is wrong, by the first error of the stricter language; empty if nothing is."""
    strict, other = (said[profile] for profile in PROFILES)
    if strict and not other:
        return "compiles as C++17 only"
    first = (strict or other).partition("\n")[0]
    return next((kind for kind, pattern in _KINDS if re.search(pattern, first)), "another error") if first else ""


def missing_header(words: str) -> str:
    """The header that the compiler did not find, if that is its first error."""
    found = _HEADER.search(words.partition("\n")[0])
    return found[1] if found else ""
