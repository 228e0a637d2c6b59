"""What a body may read: the generated view, described as data.

In: names and types of the view's members and of the rows of its lists, from whoever generates the view. Out: `Names`, checked. A wrong description is
an error of the caller (ValueError), never of the body. No C++ is read here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dsl4bes.unknown.policy.types import Type, parse_type

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Names:
    """The function's name, the view's, the members of `in`, and the members of each row type (`TrackView`, `FitView`)."""

    function: str
    view: str
    members: Mapping[str, Type]
    structs: Mapping[str, Mapping[str, Type]]

    @classmethod
    def of(cls, function: str, members: Mapping[str, str], structs: Mapping[str, Mapping[str, str]], view: str = "") -> Names:
        """From types as they stand in the header.

        >>> names = Names.of("veto", {"good": "std::vector<TrackView>"}, {"TrackView": {"charge": "int"}})
        >>> names.view, str(names.members["good"])
        ('VetoView', 'std::vector<TrackView>')
        """
        view = view or "".join(word[:1].upper() + word[1:] for word in function.split("_")) + "View"
        words = [function, view, *members, *structs, *(name for row in structs.values() for name in row)]
        bad = [word for word in words if not _IDENTIFIER.fullmatch(word)]
        if bad:
            raise ValueError(f"not names of C++: {', '.join(bad)}")
        typed = {name: {member: parse_type(text, structs) for member, text in row.items()} for name, row in structs.items()}
        return cls(function, view, {name: parse_type(text, structs) for name, text in members.items()}, typed)

    def holds_list(self, of: Type) -> bool:
        """Whether a value of this type has a length that can change."""
        inner = [*of.arguments, *self.structs.get(of.name, {}).values()]
        return of.name == "std::vector" or any(self.holds_list(each) for each in inner)

    def members_of(self, of: Type) -> Mapping[str, Type]:
        """The data members of the view or of one of its rows; empty for anything else."""
        return self.members if of.name == self.view else self.structs.get(of.name, {})
