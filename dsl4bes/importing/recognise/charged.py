"""Good charged tracks: closest approach, polar angle and momentum of MDC tracks → fields of `charged_tracks`.

In: what a track passes before it comes into a list. Out: fields, doubts. The language takes absolute values of the closest approach and the cosine: a cut without one is another cut.
"""

from __future__ import annotations

from collections.abc import Sequence

from dsl4bes.importing import write
from dsl4bes.importing.logic import Formula, lines_of
from dsl4bes.importing.meaning import Quantity
from dsl4bes.importing.recognise.claim import Claim, Doubt, Found, cut

_FIELDS = {Quantity.VR: ("vr", "length"), Quantity.VZ: ("vz", "length"), Quantity.COS: ("cos", ""), Quantity.P: ("p", "energy"), Quantity.PT: ("pt", "energy")}
_ABSOLUTE = (Quantity.VR, Quantity.VZ, Quantity.COS)


def fields(passes: Sequence[Formula]) -> Found:
    """The fields of `charged_tracks` that ask for the same."""
    found = Found()
    seen: set[Quantity] = set()
    for each in passes:
        asked = cut(each)
        where = lines_of(each)
        if asked is None or asked[0].quantity not in _FIELDS or asked[0].factor != 1 or asked[1] not in ("<", "<=", ">", ">="):
            found.doubts += [Doubt(line, "no field of `charged_tracks` asks for this") for line in where]
            continue
        measured, operator, value = asked
        if measured.quantity in _ABSOLUTE and (not measured.absolute or operator[0] != "<"):
            found.doubts += [Doubt(line, "the language takes the absolute value here") for line in where]
        elif measured.quantity in seen or value < 0:
            found.doubts += [Doubt(line, "this is asked twice, or of a negative number") for line in where]
        else:
            seen.add(measured.quantity)
            field, unit = _FIELDS[measured.quantity]
            found.claims.append(Claim(write.statement(field, write.bare(operator, write.number(value, unit))), measured.quantity.value, where))
    return found
