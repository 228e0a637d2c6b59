"""What a text says of a person or a machine: places of files, addresses, the name of who gives it.

In: a text, the names of the user and of the machine. Out: what was found, in words, empty if nothing. Nothing is replaced: whoever gives a text shall see what is in it and decide.
"""

from __future__ import annotations

import getpass
import os
import re
import socket
from collections.abc import Iterable
from pathlib import Path

_SHORTEST = 3  #: letters of a name: shorter ones stand in words by chance
_COMMON = frozenset({"root", "user", "admin", "test", "guest", "ubuntu", "localhost", "home", "data", "main", "psi", "bes", "bes3", "boss"})  #: names of accounts that name nobody
_PATH = re.compile(r"(?<![A-Za-z0-9_)\]/])(?:~[A-Za-z0-9_.-]*/|\.{1,2}/\w|/(?:home|afs|besfs\w*|scratchfs|workfs\w*|cefs|eos|publicfs|users?|usr|var|tmp|mnt|media|data|work|root|opt|etc|proc|sys|dev|bin|lib)\b|(?:/[A-Za-z0-9_.+-]+){2,})|\b[A-Za-z]:\\\w")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*|[A-Za-z][A-Za-z0-9+.-]*://\S|\b\d{1,3}(?:\.\d{1,3}){3}\b|\bwww\.\w")


def personal(text: str, own: Iterable[str]) -> str:
    """The first thing of this kind; `own` are names that must not be there.

    >>> personal("reject photons above 0.8 GeV, J/psi -> pi+ pi-", ["zhang"]), personal("ask x@ihep.ac.cn", [])
    ('', 'an address (x@ihep.ac.cn)')
    >>> personal("as in /home/zhang/cuts.inc", [])
    'a place of files (/home)'
    """
    if found := _PATH.search(text):
        return f"a place of files ({found.group()})"
    if found := _ADDRESS.search(text):
        return f"an address ({found.group()})"
    low = text.lower()
    for name in own:
        if re.search(rf"(?<![a-z0-9]){re.escape(name.lower())}(?![a-z0-9])", low):
            return f"a name of yours or of this machine ({name})"
    return ""


def own_names() -> tuple[str, ...]:
    """What the user and the machine are called, as far as the system says it."""
    found = {Path(os.path.expanduser("~")).name, socket.gethostname(), socket.gethostname().partition(".")[0]}
    try:
        found.add(getpass.getuser())
    except (KeyError, OSError, ImportError):
        found.add("")  # an account without a name
    try:
        import pwd

        whole = pwd.getpwuid(os.getuid()).pw_gecos.partition(",")[0]
        found |= {whole, *(word for word in whole.split() if len(word) > _SHORTEST)}
    except (KeyError, ImportError):
        found.add("")  # a system without such a table
    return tuple(sorted(name for name in found if len(name) >= _SHORTEST and name.lower() not in _COMMON))
