"""Diagnostics: what the renderers show, what the fixes do, and which names are near."""

from __future__ import annotations

import json
import os

import pytest
from front_end import BAD, CORPUS, faults

from dsl4bes.diagnostics.codes import syntax as codes
from dsl4bes.diagnostics.fixes import apply
from dsl4bes.diagnostics.model import Bag, Fix, Label
from dsl4bes.diagnostics.render import FORMATS, render, summary
from dsl4bes.diagnostics.suggest import distance, nearest, phrase
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax.parser import parse
from dsl4bes.syntax.reader import read_source

TEXT = "event_selection do\n\tphotons do\n        energy > 40 MeV\n    end\nend\n"


def span(source, text):
    start = source.text.index(text)
    return Span(start, start + len(text), source)


@pytest.fixture
def bag():
    """One diagnostic with everything in it."""
    source = SourceFile("rho pi.bes", TEXT)
    found = Bag()
    found.add(
        codes.COMPOUND_UNIT,
        "`MeV` is wrong",
        span(source, "MeV"),
        label="here",
        related=(
            Label(span(source, "photons"), "in this block"),
            Label(span(source, "energy"), "this field"),
        ),
        help="write `GeV`\nor nothing",
        fixes=(Fix(span(source, "MeV"), "GeV", "write `GeV`"),),
        shows="charged_tracks do\nend",
    )
    return found


def test_full_shows_all_places_help_and_text(bag):
    assert render(bag) == (
        "error[BES0141]: `MeV` is wrong\n"
        " --> rho pi.bes:3:21\n"
        "  |\n"
        "2 |     photons do\n"
        "  |     ------- in this block\n"
        "3 |         energy > 40 MeV\n"
        "  |                     ^^^ here\n"
        "  |         ------ this field\n"
        "  |\n"
        "  = help: write `GeV`\n"
        "          or nothing\n"
        "  |\n"
        "  | charged_tracks do\n"
        "  | end\n"
    )


def test_colour_is_only_added(bag):
    import re

    coloured = render(bag, colour=True)
    assert "\x1b[1;31m" in coloured and re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(bag)


def test_concise_is_one_line(bag):
    assert (
        render(bag, "concise") == "rho pi.bes:3:21: error[BES0141] `MeV` is wrong; write `GeV` or nothing\n"
    )


def test_json_has_everything(bag):
    (item,) = json.loads(render(bag, "json"))
    assert (item["code"], item["name"], item["severity"]) == ("BES0141", "compound-unit", "error")
    place = {
        "file": "rho pi.bes",
        "line": 3,
        "column": 21,
        "end_line": 3,
        "end_column": 24,
        "start": 51,
        "end": 54,
    }
    assert item["place"] == place
    assert item["fixes"] == [{"title": "write `GeV`", "place": place, "text": "GeV"}]
    assert [label["label"] for label in item["related"]] == ["in this block", "this field"]


def test_sarif_is_complete(bag):
    log = json.loads(render(bag, "sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    (result,) = run["results"]
    assert rule["id"] == result["ruleId"] == "BES0141" and result["ruleIndex"] == 0
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "rho%20pi.bes"
    assert location["region"] == {"startLine": 3, "startColumn": 21, "endLine": 3, "endColumn": 24}
    change = result["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert change["insertedContent"] == {"text": "GeV"}


def test_github_escapes_what_it_must():
    source = SourceFile("a,b:c.bes", "x 1\n")
    bag = Bag()
    bag.add(codes.UNEXPECTED_TEXT, "100 % wrong", Span(0, 1, source), help="line\nbreak")
    assert render(bag, "github") == (
        "::error file=a%2Cb%3Ac.bes,line=1,endLine=1,col=1,endColumn=2,"
        "title=BES0146 unexpected-text::100 %25 wrong%0Aline%0Abreak\n"
    )


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_to_say(format):
    text = render((), format)
    assert text == "" or json.loads(text) is not None


def test_no_place_is_no_problem():
    bag = Bag()
    bag.add(codes.NOT_UTF8, "no place")
    for format in FORMATS:
        assert "BES0102" in render(bag, format)


def test_unknown_format_is_refused():
    with pytest.raises(ValueError, match="concise"):
        render((), "xml")


def test_terminals_are_not_steered():
    source = SourceFile("\x1b[31m.bes", "x \x1b]0;title\x07 \u202e\n")
    bag = Bag()
    bag.add(codes.BINARY_FILE, "has \x1b[2J", Span(2, 3, source), help="\x9b31m")
    for format in ("full", "concise"):
        assert not set("\x1b\x07\x9b\u202e") & set(render(bag, format))


def test_long_lines_are_cut_around_the_mark():
    source = SourceFile("long.bes", "x " + "a + " * 400 + "? + b\n")
    bag = Bag()
    parse(source, bag)
    text = render(bag)
    assert max(len(line) for line in text.splitlines()) < 130
    line = next(line for line in text.splitlines() if "?" in line and "a +" in line)
    mark = text.splitlines()[text.splitlines().index(line) + 1]
    assert line[mark.index("^")] == "?"


def test_wide_letters_are_two_columns():
    source = SourceFile("wide.bes", 'x "共振态" ? 1\n')
    bag = Bag()
    parse(source, bag)
    lines = render(bag).splitlines()
    assert lines[4].index("^") == 4 + len('x "共振态" ') + 3


def test_labels_in_two_files():
    first, second = SourceFile("a.bes", "x 1\n"), SourceFile("b.bes", "y 2\n")
    bag = Bag()
    bag.add(codes.UNEXPECTED_TEXT, "clash", Span(0, 1, first), related=(Label(Span(2, 3, second), "there"),))
    text = render(bag)
    assert " --> a.bes:1:1" in text and " ::: b.bes:1:3" in text


def test_end_of_file_can_be_marked():
    for text in ("", "x", "x\n"):
        source = SourceFile("end.bes", text)
        bag = Bag()
        bag.add(codes.MISSING_END, "here", Span(len(text), len(text), source))
        assert "^" in render(bag)


def test_summary_counts():
    bag = Bag()
    assert summary(bag) == ""
    bag.add(codes.MISSING_END, "a")
    bag.add(codes.MISSING_END, "b")
    bag.add(codes.EMPTY_PROGRAM, "c")
    bag.add(codes.TOO_MANY_ERRORS, "d")
    assert summary(bag) == "2 errors, 1 warning"


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_messages_speak_to_users(path):
    """No word of the parser, no capital terminal, no `token`; a message is no sentence with a full stop."""
    bag = Bag()
    source = read_source(path, bag)
    if source is not None:
        parse(source, bag)
    for item in bag:
        words = item.message + " " + item.help
        assert not any(
            word in words for word in ("token", "NEWLINE", "NAME", "LPAR", "ANON", "$END", "None", "lark")
        )
        assert not item.message.endswith(".") and item.help, item.code.id


SHOWN = [path for path in BAD if path.name.startswith("BES01") and "not_a_program" not in path.name]


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.stem)
def test_rendered_text_is_as_reviewed(path):
    """The `.txt` beside a bad program is what the user sees; `UPDATE=1 pytest` writes it, the diff is the review."""
    bag = Bag()
    source = read_source(path, bag)
    if source is not None:
        parse(source, bag)
    text = render(bag).replace(str(path), path.name)
    reviewed = path.with_suffix(".txt")
    if os.environ.get("UPDATE"):
        reviewed.write_text(text, encoding="utf-8", newline="\n")
    assert reviewed.exists(), "run UPDATE=1 pytest and review the text"
    assert text == reviewed.read_text(encoding="utf-8")


# --- fixes


def fixed(text):
    """The text after fixing until nothing is left to fix."""
    for _ in range(5):
        source = SourceFile("<fix>", text)
        bag = Bag()
        parse(source, bag)
        result = apply(source, bag)
        if not result.applied:
            return text
        text = result.text
    return text


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("vr\u00a0< 1 cm", "vr < 1 cm"),
        ("a 'x'", 'a "x"'),
        ("a “x”, “y”", 'a "x", "y"'),
        ("net_charge −1", "net_charge -1"),
        ("energy ≤ 2", "energy <= 2"),
        ("require a≠b", "require a!=b"),
        ('require "x"，m（pip，pim） ＜ 1', 'require "x",m(pip,pim) < 1'),
        ("time 3 µs", "time 3 us"),
        ("angle 20°", "angle 20 deg"),
        ("a b && c || !d", "a b and c or not d"),
        ("a b => c", "a b >= c"),
        ("a b <> c", "a b != c"),
        ("a 1;", "a 1"),
        ("a {\n  b 1\n}", "a do\n  b 1\nend"),
        ("a(1){\n}", "a(1) do\nend"),
        ("ngood = 2", "ngood == 2"),
        ("decay K_S0 -> pi+ pi-", 'decay "K_S0 -> pi+ pi-"'),
        ("decay J/psi -> pi+ pi- # c", 'decay "J/psi -> pi+ pi-" # c'),
        ("identify pi+, pi-", 'identify "pi+", "pi-"'),
        ("vr: 1 cm", "vr 1 cm"),
        ("identify:pip", "identify :pip"),
        ("cos < .93", "cos < 0.93"),
        ("vr < 5. cm", "vr < 5.0 cm"),
        ("p < 1.9 GeV/c", "p < 1.9 GeV"),
        ("m < 1.9 GeV/c^2", "m < 1.9 GeV"),
        ("x 10 cm^2", "x (10 cm)^2"),
        ("require abs (a) > 1", "require abs(a) > 1"),
        ("systems :dedx :tof1 :tof2", "systems :dedx, :tof1, :tof2"),
        ("a m(b] > 1", "a m(b) > 1"),
        ("a do\n  b\n    c 1\n  end\nend", "a do\n  b do\n    c 1\n  end\nend"),
        ("a\r  b", "a\n  b"),
        ("a\ufeff 1", "a 1"),
    ],
)
def test_fixes_mend(wrong, right):
    assert faults(wrong)
    assert fixed(wrong) == right
    assert faults(right) == []


def test_fixes_of_one_diagnostic_go_together_and_overlaps_wait():
    source = SourceFile("x.bes", "abc def")
    bag = Bag()
    bag.add(codes.MISSING_VALUE, "one", fixes=(Fix(Span(0, 3, source), "A"), Fix(Span(4, 7, source), "D")))
    bag.add(codes.MISSING_VALUE, "two", fixes=(Fix(Span(2, 4, source), "-"),))
    bag.add(codes.MISSING_VALUE, "same again", fixes=(Fix(Span(0, 3, source), "A"),))
    result = apply(source, bag)
    assert (result.text, result.applied, result.left) == ("A D", 2, 1)


def test_fixes_of_other_files_are_left_alone():
    source, other = SourceFile("x.bes", "abc"), SourceFile("y.bes", "abc")
    bag = Bag()
    bag.add(codes.MISSING_VALUE, "m", fixes=(Fix(Span(0, 1, other), "X"),))
    assert apply(source, bag).text == "abc"


def test_fixing_the_corpus_never_adds_faults():
    for path in sorted((CORPUS / "bad").glob("BES01*.bes")):
        source = read_source(path, Bag())
        if source is None:
            continue
        before = faults(source.text)
        assert len(faults(fixed(source.text))) <= len(before), path.name


# --- nearest names


def test_nearest_names():
    known = ["charged_tracks", "photons", "pid", "vertex_fit", "kinematic_fit"]
    assert nearest("photon", known) == ("photons",)
    assert nearest("kinematicfit", known) == ("kinematic_fit",)
    assert nearest("PID", known) == ("pid",)
    assert nearest("zzz", known) == ()
    assert phrase(nearest("photon", known)) == "did you mean `photons`?"


def test_distance():
    assert distance("abc", "abc", 1) == 0
    assert distance("abc", "acb", 1) == 1
    assert distance("abc", "xyz", 2) is None
