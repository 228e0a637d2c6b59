"""Names in a macro: those of the program where they can be, with a `_` where the language or ROOT has them already.

In: names of the program. Out: identifiers that are unique in the macro and valid in C++ and Python.
"""

from __future__ import annotations

import keyword
import re

#: Words of C++ and names that the functions of every macro or ROOT itself use.
_TAKEN = frozenset(
    """
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t class compl const constexpr const_cast continue decltype default delete do double dynamic_cast else enum
    explicit export extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast return
    short signed sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq
    data curve largest model objective result report entries sample main std ROOT gROOT gStyle gPad gDirectory gSystem gRandom gFile TMath RooFit json sys os math y0 y1 yn j0 j1 jn gamma lgamma tgamma remainder
    index time div exit abort system signal linux unix errno stdin stdout stderr assert NULL NAN INFINITY EOF
    Bin Curve CurveParameter CurveSample Objective Points Quiet Report entries_inside norm_of_ranges array at_limit bin_width careful_integrals cells column_of converged counted curve_error deviations draw draw_curve draw_surface entries_in
    entries_of error_of expect_counts expect_whole_bins expected_at expected_in fft_offset fit_sidebands fitted formula_of generate in_bins in_ranges json_correlation json_curve_parameters json_fixed
    json_level json_number json_numbers json_parameter json_parameters json_step json_text json_value largest_in minimise open_file owned propagated read_column read_graph read_histogram read_points
    read_surface read_template read_tree report_band report_branching report_curve report_curve_band report_curve_goodness report_curve_intervals report_fit report_goodness report_intervals
    report_significance report_step report_toys report_upper_limit restore set_axis set_pad set_style json_curve_step propagated_error read_bins report_at report_curve_at report_curve_yields toy_data
    """.split()  # noqa: SIM905 - words in lines are easier to read
)
_OF_ROOT = re.compile(r"(Roo|T)[A-Z]\w*[A-Za-z0-9]$")  #: a class of ROOT, or what looks like one


class Names:
    """Gives every name of the program one identifier."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}
        self._used: set[str] = set()

    def __call__(self, name: str) -> str:
        if name not in self._given:
            self._given[name] = self.fresh(name)
        return self._given[name]

    def fresh(self, name: str) -> str:
        """An identifier that nothing has yet, as near to `name` as can be."""
        wanted = "".join(c if c.isascii() and c.isalnum() else "_" for c in name) or "x"
        wanted = f"v_{wanted}" if wanted[0].isdigit() else wanted
        while wanted in _TAKEN or wanted in self._used or keyword.iskeyword(wanted) or _OF_ROOT.match(wanted):
            wanted += "_"
        self._used.add(wanted)
        return wanted
