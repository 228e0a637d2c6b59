"""Slips of typing: signs of other keyboards, other languages, other typesetting; brackets, quotes and ends of lines.

In: nothing. Out: `SLIPS`. All are found by the parser, so several of them in one program are told together.
"""

from __future__ import annotations

from dsl4bes.dataset.repairs.slip import Slip, at, one_of

_WIDE = str.maketrans("0123456789", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19")


def _full_width(sign: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in sign)


def _curly(text: str) -> str:
    return f"\u201c{text[1:-1]}\u201d"


def _plus_minus(low: str, high: str, unit: str) -> str:
    middle, half = (float(low) + float(high)) / 2, (float(high) - float(low)) / 2
    return f"in {middle:.4g} \u00b1 {half:.3g}{' ' + unit if unit else ''}"


SLIPS: tuple[Slip, ...] = (
    at("chinese_comma", r"[^\n\"]*(, )[^\n\"]*$", "\uff0c", "signs"),
    at("chinese_colon", r"^ +(?:column|array|identify|constrain|choose|histogram|systems)[^\n\"]*?(:)", "\uff1a", "signs"),
    at("chinese_quotes", r'("[^"\n]+")', lambda place, rng: _curly(place[1]), "signs"),
    at("chinese_brackets", r"\w(\([\w.,: ]+\))", lambda place, rng: "\uff08" + place[1][1:-1] + "\uff09", "signs"),
    at("full_width_digits", r"(?<=[ .])(\d[\d.]*)(?= |$)", lambda place, rng: place[1].translate(_WIDE), "signs"),
    at("full_width_comparison", r" ([<>])(?= \d)", lambda place, rng: _full_width(place[1]), "signs"),
    at("typographic_arrow", r"(->)(?= )|(?<=[ (])(-)(?=\d)|(?<=\w )(-)(?= \w)", lambda place, rng: "\u2192" if place[0] == "->" else "\u2212", "signs"),
    at("semicolon", r"^ +\w+ [^\n]*[\w\"](\n)", lambda place, rng: ";\n", "signs"),
    at("two_fields_on_a_line", r"^ +(?:vr|vz|cos|energy|isolation|prob_cut|ngood|ngam|net_charge)[^\n]*(\n +)(?!end)\w", "; ", "signs"),
    at("single_quotes", r'("[^"\n]+")', lambda place, rng: f"'{place[1][1:-1]}'", "signs"),
    at("unclosed_string", r'"[^"\n]+(")$', "", "signs"),
    at("no_break_space", r"(?<=[<>=]) (?=\d)|(?<=\d) (?=(?:GeV|MeV|cm|deg|ns)\b)", "\u00a0", "signs"),
    at("two_ampersands", r" (and|or) ", lambda place, rng: "&&" if place[1] == "and" else "||", "signs"),
    at("arrow_comparison", r" (>=|<=) ", lambda place, rng: "=>" if place[1] == ">=" else "=<", "signs"),
    at("decay_without_quotes", r'decay ("[^"\n]+")$', lambda place, rng: place[1][1:-1], "signs"),
    at("bare_particle", r"identify (:(?:pip|pim|kp|km))\b(?=\n)", lambda place, rng: {":pip": "pi+", ":pim": "pi-", ":kp": "K+", ":km": "K-"}[place[1]], "signs"),
    at("glued_symbol", r"(?:identify|constrain|choose|systems)( ):", "", "signs"),
    at("colon_after_field", r"^ +(?:vr|vz|cos|p|energy|time|isolation|prob_cut|chi2|ecms|net_charge)( )", ": ", "signs"),
    at("equals_after_field", r"^ +(?:ecms|crossing_angle|output|input|mass_window|decay|fill|bins)( )", " = ", "signs"),
    at("no_digit_before_point", r"(?<= )(0)(?=\.\d+ GeV|\.\d+$)", "", "signs"),
    at("unit_of_momentum", r"\d (GeV|MeV)$", lambda place, rng: f"{place[1]}/{one_of(('c', 'c^2', 'c2'), rng)}", "signs"),
    at("single_equals", r"(==)", "=", "signs"),
    at("chained_comparison", r"(\w+\([^()\n]+\) in [\d.]+(?: [GM]eV)?\.\.[\d.]+(?: [GM]eV)?)", lambda place, rng: _chained(place[1]), "signs"),
    at("plus_minus", r"\) (in ([\d.]+) (GeV)\.\.([\d.]+) GeV)", lambda place, rng: _plus_minus(place[2], place[4], place[3]), "signs"),
    at("open_range", r"\d(?: [GM]eV)?\.\.(\d[\d.]*(?: [GM]eV)?)$", "", "signs", told=True),
    at("index_brackets", r"\((?:e|p|cos|theta)?\(?((?:gam)([12]))\b", lambda place, rng: f"gam[{int(place[2]) - 1}]", "signs"),
    at("unclosed_bracket", r"\w\([^()\n]*(\))(?=$| )", "", "signs"),
    at("second_bracket", r"\w\([^()\n]*(\))(?=$| )", "))", "signs"),
    at("detached_bracket", r"\b(?:m|p|e|angle|abs|cos|recoil|count)(\()(?=\w)", " (", "signs"),
    at("method_call", r"\b((m|p|e)\((\w+)\.(\w+), \3\.(\w+)\))", lambda place, rng: f"{place[3]}.{place[2]}({place[4]}, {place[5]})", "signs"),
    at("cpp_comment", r"^ +(?:vr|vz|energy|ngood|ngam|chi2|prob_cut|isolation)[^\n]*(\n)", lambda place, rng: f"  // {one_of(('standard cut', 'from the memo', 'tune this later', 'see BAM', 'loose'), rng)}\n", "signs"),
    at("cpp_declaration", r"^ +(let )\w+ = ", "double ", "signs"),
    at("operator_on_next_line", r" (and|or) (?=\w)", lambda place, rng: f"\n            {place[1]}", "signs"),
    at("comma_missing", r"^ +(?:systems|constrain|fill|bins|from|column|array)[^\n\"]*\w(,) ", "", "signs"),
    at("missing_value", r"^ +(?:vr|vz|energy|isolation|chi2|prob_cut|ngood|ngam) [<>=]+( [\d.]+[^\n]*)$", "", "signs", told=True),
)


def _chained(text: str) -> str | None:
    value, _, window = text.partition(" in ")
    low, _, high = window.partition("..")
    return f"{low} < {value} < {high}"
