"""Members of ROOT's classes that exist, as the installed ROOT tells them.

In: a question and code that is like the answer, the user's ROOT. Out: lines of C++ declarations: constructors and methods of the classes that both speak of. They are asked of cling in one run of a macro of ours, once in a process
for each set of classes; a class that this ROOT does not have gives nothing. Nothing is guessed, and no list of members is kept here.
"""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from dsl4bes.root.find import Root
from dsl4bes.root.run import Ending, run_macro

_CLASS = re.compile(r"\b(?:T[A-Z][A-Za-z0-9]+|Roo[A-Z][A-Za-z0-9]+|ROOT::(?:Fit|Math)::[A-Z][A-Za-z0-9]+)\b")
#: What programs of fits call on results; a method of these names is told even if the tutorial does not call it.
_USUAL = frozenset(
    ["Fit", "fitTo", "Print", "Get", "GetObject", "Open", "GetParameter", "GetParError", "GetChisquare", "GetNDF", "Parameter", "ParError", "Chi2", "Ndf", "Status", "IsValid", "GetConfidenceIntervals", "getVal", "getError", "chi2FitTo", "SetParameters", "SetParNames", "SetParameter", "GetBinContent", "GetBinCenter", "GetBinWidth", "GetCovarianceMatrix", "setRange", "addPdf", "SetNofPointsFFT", "setBufferFraction"]
)
_ALWAYS = ("TF1", "TH1", "TFitResult", "TFitResultPtr", "TFile")
_MOST_CLASSES, _MOST_LINES = 12, 60
_MACRO = """
void {name}() {{
    for (const char *name : {{{classes}}}) {{
        TClass *c = TClass::GetClass(name, true, true);
        if (!c) continue;
        TIter next(c->GetListOfMethods());
        while (TFunction *f = (TFunction *)next()) {{
            if (!(f->Property() & kIsPublic) || f->GetName()[0] == '~') continue;
            printf("%s\\t%s\\t%s\\t%s\\t%d\\n", name, f->GetName(), f->GetReturnTypeName(), f->GetSignature(), (f->Property() & kIsStatic) ? 1 : 0);
        }}
    }}
}}
"""


def classes(*texts: str) -> tuple[str, ...]:
    """Classes that the texts name, and those that any fit needs, in the order of their first mention.

    >>> classes("a TF2 and RooFit")[:2]
    ('TF2', 'TF1')
    """
    named = [name for text in texts for name in _CLASS.findall(text)]
    return tuple(dict.fromkeys((*named, *_ALWAYS)))[:_MOST_CLASSES]


def facts(root: Root, names: Iterable[str], like: str = "") -> list[str]:
    """Declarations of constructors, and of the methods that `like` calls or that programs of fits usually call."""
    called = set(re.findall(r"(?:\.|->|::)\s*([A-Za-z_]\w*)\s*[<(]", like)) | _USUAL
    lines = []
    for owner, name, kind, signature, static in _members(root, tuple(names)):
        plain = owner.rpartition("::")[2]
        if name == plain and signature not in ("()", f"(const {owner}&)", f"({owner}&&)"):
            lines.append(f"{owner}::{name}{signature}")
        elif name in called:
            lines.append(f"{'static ' if static else ''}{kind} {owner}::{name}{signature}")
    return list(dict.fromkeys(lines))[:_MOST_LINES]


@functools.lru_cache(maxsize=64)
def _members(root: Root, names: tuple[str, ...]) -> tuple[tuple[str, str, str, str, bool], ...]:
    """(class, name, type of the result, signature, static) of all public members; empty if ROOT does not answer."""
    with tempfile.TemporaryDirectory(prefix="dsl4bes-facts-") as folder:
        macro = Path(folder).resolve() / "facts.C"
        macro.write_text(_MACRO.format(name="facts", classes=", ".join(f'"{name}"' for name in names)), encoding="ascii")
        found = run_macro(root, macro, confined=False)
    if found.ending is not Ending.CLEAN:
        return ()
    rows = (line.split("\t") for line in found.stdout.splitlines())
    return tuple((row[0], row[1], row[2], row[3], row[4] == "1") for row in rows if len(row) == 5)
