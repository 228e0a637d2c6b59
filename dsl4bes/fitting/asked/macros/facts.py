"""Members of ROOT's classes that exist, as the installed ROOT tells them.

In: a question and code that is like the answer, the user's ROOT. Out: lines of C++ declarations: constructors and methods of the classes that both speak of. They are asked of cling in one run of a macro of ours, once in a process
for each set of classes; a class that this ROOT does not have gives nothing. Nothing is guessed, and no list of members is kept here.
"""

from __future__ import annotations

import functools
import re
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from dsl4bes.root.find import Root
from dsl4bes.root.run import Ending, run_macro

_CLASS = re.compile(r"\b(?:T[A-Z][A-Za-z0-9]+|Roo(?!Fit\b)[A-Z][A-Za-z0-9]+|ROOT::(?:Fit|Math)::[A-Z][A-Za-z0-9]+)\b")
#: What programs of fits call on results; a method of these names is told even if the tutorial does not call it.
_USUAL = frozenset(
    ["Fit", "fitTo", "Print", "Get", "GetObject", "Open", "GetParameter", "GetParError", "GetChisquare", "GetNDF", "Parameter", "ParError", "Chi2", "Ndf", "Status", "IsValid", "GetConfidenceIntervals", "getVal", "getError", "chi2FitTo", "SetParameters", "SetParNames", "SetParameter", "GetBinContent", "GetBinCenter", "GetBinWidth", "GetCovarianceMatrix", "setRange", "addPdf", "SetNofPointsFFT", "setBufferFraction"]
)
_ALWAYS = ("TF1", "TH1", "TFitResult", "TFitResultPtr", "TFile")
_MOST_CLASSES, _MOST_LINES, _MOST_OF_ONE, _LONGEST = 14, 60, 12, 200
_PLAIN = frozenset(["Draw", "SetName", "SetTitle", "SetLineColor", "SetLineWidth", "SetLineStyle", "SetMarkerColor", "SetMarkerStyle", "SetFillColor", "Clone", "Write", "Close", "Copy"])
#: What draws, and what is never asked of a fit.
_ASIDE = re.compile(r"^(?:TCanvas|TPad|TLegend|TStyle|TRandom\d?|TArc|TBox|TLine|TLatex|TPave\w*|TROOT|TSystem|TMath|TColor|TAxis|TF1Abs\w*|RooPlot)$")
#: Constructors that nobody needs beside those of double: copies, other kinds of numbers, shared pointers.
_OTHER = re.compile(r"Float_t\s*\*|Int_t\s*\*|TVector|shared_ptr|initializer_list|RooFit::Detail|TBuffer|TRootIOCtor")
_MACRO = """
void {name}() {{
    for (const char *name : {{{classes}}}) {{
        TClass *c = TClass::GetClass(name, true, true);
        if (!c) continue;
        TIter next(c->GetListOfAllPublicMethods());
        while (TFunction *f = (TFunction *)next()) {{
            if (f->GetName()[0] == '~') continue;
            const std::string kind = f->GetReturnTypeName(), signature = f->GetSignature();  // both lie in one place that the next call writes over
            printf("%s\\t%s\\t%s\\t%s\\t%d\\n", name, f->GetName(), kind.c_str(), signature.c_str(), (f->Property() & kIsStatic) ? 1 : 0);
        }}
    }}
}}
"""


def classes(*texts: str) -> tuple[str, ...]:
    """Classes that the first text names, those that any fit needs, and those that the other texts name, in the order of their mention.

    >>> classes("a TF2 and RooFit", "TCanvas c; TH2 h;")
    ('TF2', 'TF1', 'TH1', 'TFitResult', 'TFitResultPtr', 'TFile', 'TH2')
    """
    first, *others = [[name for name in _CLASS.findall(text) if not _ASIDE.match(name)] for text in texts]
    return tuple(dict.fromkeys((*first, *_ALWAYS, *(name for other in others for name in other))))[:_MOST_CLASSES]


def facts(root: Root, names: Iterable[str], like: str = "") -> list[str]:
    """Declarations of constructors, and of the methods that `like` calls or that programs of fits usually call."""
    called = (set(re.findall(r"(?:\.|->|::)\s*([A-Za-z_]\w*)\s*[<(]", like)) | _USUAL) - _PLAIN
    lines = []
    told = set()
    for owner, name, kind, signature, static in _members(root, tuple(names)):
        plain = owner.rpartition("::")[2]
        if _OTHER.search(signature):
            continue
        if name == plain:
            if not re.fullmatch(rf"\((?:(?:const )?{re.escape(owner)}&&?(?: \w+)?)?\)", signature):
                lines.append(f"{owner}::{name}{signature}")
        elif name in called and (name, signature) not in told:  # what a class inherits is told once
            told.add((name, signature))
            lines.append(f"{'static ' if static else ''}{kind} {owner}::{name}{signature}")
    return _shortened(list(dict.fromkeys(lines)))


def _shortened(lines: list[str]) -> list[str]:
    """At most so many lines for each class and in all, none very long."""
    counts: Counter[str] = Counter()
    kept = []
    for line in lines:
        owner = re.split(r"::\w+\(", line)[0].rpartition(" ")[2]
        counts[owner] += 1
        if counts[owner] <= _MOST_OF_ONE:
            kept.append(line if len(line) <= _LONGEST else line[:_LONGEST].rpartition(",")[0] + ", ...)")
    return kept[:_MOST_LINES]


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
