"""`dsl4bes review`: what is said of code in every state, which events are shown, and that the values are those of the events.

In: programs, lock files made here, toy events whose cuts are worked out in the plainest way. Out: assertions on text, JSON and exit status. Nothing is built here: `test_review_runs.py` does.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import pytest

pytest.importorskip("tree_sitter_cpp", reason="the extra [llm] is not installed")

from review_tools import (
    CODE,
    LIMIT,
    NAME,
    ORIGIN,
    PROGRAM,
    entry,
    locked,
    photons,
    plain,
    reviewed,
    worked_out,
    written,
)

from dsl4bes.cli.app import run as command
from dsl4bes.cli.ladder import compiler_of
from dsl4bes.ir.custom import Author
from dsl4bes.source import SourceFile
from dsl4bes.unknown.candidates import KEEPS_ALL
from dsl4bes.unknown.lock import Lock
from dsl4bes.unknown.result import NoResult
from dsl4bes.unknown.review import trial as trial_module
from dsl4bes.unknown.review.blocks import State, read_by
from dsl4bes.unknown.review.decide import decided, telling
from dsl4bes.unknown.review.pictures import draw, panels_of
from dsl4bes.unknown.samples import sample

NO_RUN = ("review", "x.bes", "--no-run")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


def said(capsys, *arguments: str) -> tuple[int, str, str]:
    status = command(arguments)
    done = capsys.readouterr()
    assert "Traceback" not in done.out + done.err
    return status, done.out, done.err


# --- the state of the code, and what to do --------------------------------------------------------------------------------


def test_fresh_code_of_a_model_is_shown_with_all_that_is_known(folder, capsys):
    origin = ORIGIN | {"disputed": "3 of 219 events: -1000/12, -1000/4, ..."}
    written(folder, locked(entry(origin=origin)))
    status, text, _ = said(capsys, *NO_RUN)
    assert status == 0
    for words in (f"{NAME}  x.bes:9:5  fresh", "reject events with a photon above the limit", "gam, good", "0.8 GeV", "a model", "Coder-1.5B", "blocks-r8", "temperature 0.8", "policy   accepted"):
        assert words in text, words
    assert "6 of 8 drafts behave like this one" in text and "3 of 219 events: -1000/12" in text
    assert "    2    if (in.gam[i].energy > in.limit && in.gam[i].p4.e() > 0.) return false;\n" in text


def test_only_members_that_the_code_reads_are_shown(folder, capsys):
    written(folder, locked(entry()))
    text = said(capsys, *NO_RUN)[1]
    assert ".energy " in text and ".p4 " in text and "n_charged" in text
    assert ".isolation" not in text and "n_neutral" not in text and "\n  reads       good" not in text


def test_what_code_reads_stands_behind_a_dot():
    task = reviewed(Lock()).blocks[NAME].task
    reads = read_by(task, "double energy = 0.; for (std::size_t good = 0; good < in . gam.size(); ++good) energy += in.gam[good].time; return energy > in.limit;")
    assert [value.name for value in reads.values] == ["limit", "gam"]
    assert [(name, [value.name for value in members]) for name, members in reads.structs] == [("ShowerView", ["time"])]


@pytest.mark.parametrize(
    ("change", "state", "words"),
    [
        (lambda text, one: (text.replace("photon above", "photon below"), one), State.STALE, "dsl4bes compile"),
        (lambda text, one: (text.replace("from     gam, good", "from     gam"), one), State.STALE, "would see other things"),
        (lambda text, one: (text, replace(one, code=one.code.replace("100", "99"))), State.TAMPERED, "not as it was written"),
        (lambda text, one: (text, replace(one, code="system(1); return true;\n").sealed()), State.TAMPERED, "none that was accepted"),
        (lambda text, one: (text, None), State.MISSING, "[model]"),
        (lambda text, one: (text.replace("0.8 GeV", '0.8 GeV\n        code "veto.inc"'), one), State.NOT_ACCEPTED, "dsl4bes accept"),
        (lambda text, one: (text.replace("0.8 GeV", "0.7 GeV"), one), State.FRESH, "0.7 GeV"),
    ],
)
def test_every_state_is_told_with_what_to_do(folder, capsys, change, state, words):
    text, one = change(PROGRAM, entry())
    (folder / "veto.inc").write_text("// by hand\n" + CODE)
    written(folder, locked(one) if one is not None else None, text)
    status, shown, _ = said(capsys, *NO_RUN)
    assert f"{NAME}  x.bes:9:5  {state.value}\n" in shown and words in shown
    assert status == (0 if state is State.FRESH else 1)
    (block,) = json.loads(said(capsys, *NO_RUN, "--json")[1])["blocks"]
    assert block["state"] == state.value and bool(block["why"]) == bool(block["help"]) == (state is not State.FRESH)
    assert said(capsys, *NO_RUN, "--quiet")[1].startswith(f"{NAME}: {state.value}")


def test_an_entry_of_other_code_is_not_shown_beside_the_file_of_a_hand(folder, capsys):
    (folder / "veto.inc").write_text("// by hand\nreturn in.n_charged < 3;\n")
    written(folder, locked(entry()), PROGRAM.replace("0.8 GeV", '0.8 GeV\n        code "veto.inc"'))
    text = said(capsys, *NO_RUN)[1]
    assert "a hand, veto.inc" in text and "// by hand" in text
    assert "Coder" not in text and "6 of 8" not in text and "in.gam" not in text


@pytest.mark.parametrize("agreement", ["", "six of 8", "9 of 8", "0 of 0", "8 of 8 and more"])
def test_a_confidence_that_the_entry_does_not_say_is_not_made_up(agreement):
    block = reviewed(locked(entry(origin=ORIGIN | {"agreement": agreement}))).blocks[NAME]
    assert block.state is State.FRESH and block.agreement is None


def test_confidence_as_data(folder, capsys):
    written(folder, locked(entry()))
    (block,) = json.loads(said(capsys, *NO_RUN, "--json")[1])["blocks"]
    assert block["agreement"] == {"alike": 6, "drafts": 8, "share": 0.75}
    assert block["author"] == "model" and block["code"] == CODE and block["origin"] == ORIGIN and block["decided"] is None
    assert [(each["name"], [member["name"] for member in each["members"]]) for each in block["reads"]] == [("n_charged", []), ("limit", []), ("gam", ["p4", "energy"])]


# --- what is no review -----------------------------------------------------------------------------------------------------


def test_a_program_without_such_blocks_is_told_so(folder, capsys):
    written(folder, None, "event_selection do\n    charged_tracks do\n        ngood >= 1\n    end\nend\n")
    status, text, error = said(capsys, "review", "x.bes")
    assert status == 1 and text == "" and "no custom block" in error


def test_a_block_that_is_not_there_has_a_suggestion(folder, capsys):
    written(folder, locked(entry()))
    status, _, error = said(capsys, *NO_RUN, "loud_shower_limits")
    assert status == 1 and f"did you mean `{NAME}`" in error


@pytest.mark.parametrize("name", ["review", "accept"])
def test_a_broken_lock_file_is_said_without_obeying_it(folder, capsys, name):
    one = replace(entry(), name="a\x1b[2J")
    written(folder, locked(one))
    text = (folder / "x.bes.lock").read_text()
    (folder / "x.bes.lock").write_text(text + text.partition("version = 1\n")[2])
    status, _, error = said(capsys, name, "x.bes")
    assert status == 1 and "two entries for `a" in error and "restore it" in error and "\x1b" not in error


def test_an_error_of_the_program_is_shown(folder, capsys):
    written(folder, locked(entry()), PROGRAM.replace("ngam >= 1", "ngam >= 1 GeV"))
    status, _, error = said(capsys, *NO_RUN)
    assert status == 1 and "1 error" in error


def test_an_entry_of_a_block_that_is_gone_is_noted(folder, capsys):
    written(folder, locked(entry(), replace(entry(), name="gone").sealed()))
    status, _, error = said(capsys, *NO_RUN)
    assert status == 0 and "code for `gone`" in error


@pytest.mark.parametrize(("plot", "words"), [("x.txt", "png"), ("x.bes", "png"), ("none/of/these/x", "png")])
def test_a_picture_of_no_format_is_refused_before_anything_runs(folder, capsys, plot, words):
    written(folder, locked(entry()))
    status, _, error = said(capsys, "review", "x.bes", "--plot", plot)
    assert status == 1 and words in error


@pytest.mark.parametrize("ending", ["png", "pdf", "svg"])
def test_a_picture_may_be_drawn_again_and_nothing_else_is_replaced(tmp_path, ending):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    from dsl4bes.cli.targets import check_files
    from dsl4bes.run.errors import RunError

    path = tmp_path / f"seen.{ending}"
    figure = pyplot.figure()
    figure.savefig(path)
    pyplot.close(figure)
    check_files({"--plot": str(path)})
    path.write_text("my notes")
    with pytest.raises(RunError, match="is not such a picture"):
        check_files({"--plot": str(path)})


# --- texts of others -------------------------------------------------------------------------------------------------------

_EVIL = "\x1b]0;owned\x07\x1b[2J\u202e\x9b31m"


def evil_lock():
    one = entry(PROGRAM)
    return locked(replace(one, ladder={"policy": f"accepted{_EVIL}"}, origin={**ORIGIN, "model": f"m{_EVIL}", "disputed": f"1 of 2 events: 1/2{_EVIL}", "adapter": f"a\n{_EVIL}"}).sealed())


@pytest.mark.parametrize("colour", [False, True])
def test_no_escape_of_anybody_reaches_the_terminal(folder, capsys, monkeypatch, colour):
    if colour:
        monkeypatch.delenv("NO_COLOR")
        monkeypatch.setenv("FORCE_COLOR", "1")
    (folder / "veto.inc").write_text(f"// {_EVIL}\n/* {_EVIL} */ return true;\n", encoding="utf-8")
    for text in (PROGRAM, PROGRAM.replace("0.8 GeV", '0.8 GeV\n        code "veto.inc"')):
        written(folder, evil_lock(), text)
        _, shown, error = said(capsys, *NO_RUN)
        left = re.sub(r"\x1b\[[0-9;]*m", "", shown) if colour else shown
        assert all(c.isprintable() or c == "\n" for c in left + error)
        assert "\\x1b]0;owned\\x07" in left
        assert (shown != left) == colour


def test_words_of_a_block_are_made_printable(folder, capsys):
    """Whatever the language lets a text hold; a block is shown from data, so the data may hold anything."""
    from dsl4bes.cli.review_text import report

    block = reviewed(locked(entry())).blocks[NAME]
    evil = replace(block, task=replace(block.task, describe=_EVIL), takes=(_EVIL,), code=_EVIL, why=_EVIL, help=_EVIL, file=_EVIL, values=((block.values[0][0], _EVIL),))
    text = report({_EVIL: replace(evil, name=_EVIL)}, {}, {_EVIL: _EVIL}, False)
    assert all(c.isprintable() or c == "\n" for c in text) and text.count("\\x1b]0;owned") >= 8


def test_json_is_plain_ascii(folder, capsys):
    written(folder, evil_lock())
    assert all(" " <= c <= "~" or c == "\n" for c in said(capsys, *NO_RUN, "--json")[1])


# --- the events that decide ------------------------------------------------------------------------------------------------


def some(trial, disputed=(), most=6, everything=False):
    origin = ORIGIN | ({"disputed": f"{len(disputed)} of 99 events: {', '.join(f'{run}/{event}' for run, event in disputed)}"} if disputed else {})
    found = reviewed(locked(entry(origin=origin)))
    return found, decided(found.blocks, trial, most, compiler_of(SourceFile("x.bes", PROGRAM), ()), everything=everything)[NAME]


@pytest.fixture(scope="module")
def trial():
    return worked_out(reviewed(locked(entry())))


def places(trial) -> dict[tuple[int, int], plain.Event]:
    return {(event.run, int(batch["event.number"][number])): event for batch in trial.batches for number in range(len(batch)) for event in [plain.Event(batch, number)]}


def test_numbers_are_those_of_the_events(trial):
    _, found = some(trial)
    reached = [row for row in trial.rows if row[1]]
    stay = [row for row in reached if row[2]]
    assert (found.events, found.reached, found.stay, found.rejected) == (len(trial.rows), len(reached), len(stay), len(reached) - len(stay))
    assert 0 < found.rejected and 0 < found.stay
    flow = found.flow
    assert (flow.line, flow.before, flow.name, flow.after, flow.end) == ("photons", len(reached), NAME, len(stay), sum(row[3] for row in trial.rows))


def test_shown_events_are_of_both_sides_the_smaller_one_first(trial):
    _, found = some(trial, most=5)
    smaller = found.stay < found.rejected
    assert [event.stays for event in found.shown] == [smaller, not smaller, smaller, not smaller, smaller]
    assert len(some(trial, most=0)[1].shown) == 0


@pytest.mark.parametrize(
    ("answers", "disputed", "expected"),
    [
        ({1: 0, 2: 0, 3: 0, 7: 1}, [], [7, 1, 2]),
        ({1: 1, 2: 1, 3: 1, 7: 0}, [], [7, 1, 2]),
        ({1: 1, 2: 1, 3: 1, 7: 0}, [2, 3], [2, 3, 7]),
        ({1: 1, 2: 1}, [], [1, 2]),
        ({}, [], []),
    ],
)
def test_disputed_then_the_smaller_side_and_the_other_in_turn(answers, disputed, expected):
    assert telling(answers, disputed, 3) == expected


def test_values_are_those_of_the_columns(trial):
    """Every event that came to the block: its photons, by the plainest formulas over the columns."""
    _, found = some(trial, everything=True)
    known = places(trial)
    assert len(found.all_seen) == found.reached > 50
    for each in found.all_seen:
        event = known[each.run, each.event]
        assert each.seen is not None
        assert each.seen.values == {"n_charged": event.n_charged, "limit": LIMIT}
        expected = [event.gamma(shower) for shower in photons(event)]
        entries = each.seen.lists["gam"]
        assert len(entries) == len(expected) and set(each.seen.lists) == {"gam"}
        for seen, p4 in zip(entries, expected, strict=True):
            assert seen["energy"] == pytest.approx(p4[3], rel=1e-12)
            assert seen["p4"] == pytest.approx(tuple(p4), rel=1e-12)
        assert each.stays == all(p4[3] <= LIMIT for p4 in expected)


def test_disputed_events_come_first_and_are_marked(trial):
    names = [trial.names[number] for number, row in enumerate(trial.rows) if row[1]]
    gone = next(trial.names[number] for number, row in enumerate(trial.rows) if not row[1])
    _, found = some(trial, disputed=[names[7], names[3], gone, (5, 5)], most=4)
    assert found.disputed == (names[3], names[7])
    assert [(event.run, event.event) for event in found.shown[:2]] == [names[3], names[7]]
    assert [event.disputed for event in found.shown] == [True, True, False, False]
    from dsl4bes.cli.review_text import report

    block = reviewed(locked(entry(origin=ORIGIN | {"disputed": f"1 of 9 events: {names[3][0]}/{names[3][1]}"}))).blocks[NAME]
    text = report({NAME: block}, {NAME: found}, {}, False)
    assert f"run {names[3][0]}, event {names[3][1]}: {'stays' if found.shown[0].stays else 'rejected'}, disputed" in text
    assert f"photons {found.reached} -> {NAME} {found.stay} -> the end {found.flow.end}" in text


def test_the_table_has_the_numbers_and_a_long_list_is_cut(trial):
    from dsl4bes.cli.review_text import report
    from dsl4bes.unknown.review.values import Seen

    found, each = some(trial, most=1)
    seen = Seen({"limit": 0.8, "far": math.nan, "flag": True}, {"gam": tuple({"energy": 0.1 * number} for number in range(14)), "good": ()})
    text = report(found.blocks, {NAME: replace(each, shown=(replace(each.shown[0], seen=seen),))}, {}, False)
    for line in ("      limit = 0.8", "      far = absent", "      flag = true", "      gam: 14 entries", "        11     1.1", "        and 2 more", "      good: 0 entries"):
        assert f"{line}\n" in text, line


def test_a_picture_shows_each_number_on_both_sides(trial, tmp_path):
    found, each = some(trial, everything=True)
    panels = {panel.name.partition(": ")[2]: panel for panel in panels_of(found.blocks[NAME], each)}
    assert set(panels) == {"n_charged", "number of gam", "gam.energy", "gam.p4: energy", "gam.p4: momentum"}
    known = places(trial)
    for side, values in ((True, panels["gam.energy"].kept), (False, panels["gam.energy"].rejected)):
        expected = [known[event.run, event.event].gamma(shower)[3] for event in each.all_seen if event.stays is side for shower in photons(known[event.run, event.event])]
        assert values == pytest.approx(expected, rel=1e-12) and values
    assert max(panels["gam.energy"].kept) <= LIMIT < max(panels["gam.energy"].rejected)
    assert panels["gam.energy"].lines == {"limit": LIMIT} and panels["n_charged"].lines == {}
    target = tmp_path / "a b.png"
    assert draw(found.blocks, {NAME: each}, str(target)) == 0
    assert target.read_bytes().startswith(b"\x89PNG") and [path.name for path in tmp_path.iterdir()] == ["a b.png"]


# --- what runs, and where --------------------------------------------------------------------------------------------------


def packages(monkeypatch, lock, text=PROGRAM):
    """The packages that would be built in the sandbox, one dictionary for each try."""
    tries = []

    def stop(made, events, drafts=1):
        tries.append({profile: "\n".join(each.files.values()) for profile, each in made.items()})
        raise NoResult("is stopped here")

    monkeypatch.setattr(trial_module, "trial_of", stop)
    found = reviewed(lock, text)
    with pytest.raises(NoResult):
        trial_module.trial(found, compiler_of(SourceFile("x.bes", text), ()), lambda program: [])
    return tries


def test_accepted_code_is_built_once_and_confined(monkeypatch):
    (only,) = packages(monkeypatch, locked(entry()))
    assert list(only) == ["7.0.x"] and "in.gam[i].energy > in.limit" in only["7.0.x"]


def test_stale_code_is_built_as_the_ladder_builds_it_and_left_out_if_that_fails(monkeypatch):
    first, second = packages(monkeypatch, locked(entry()), PROGRAM.replace("photon above", "photon below"))
    assert list(first) == ["7.0.x", "8"] and all("in.gam[i].energy > in.limit" in text for text in first.values())
    assert list(second) == ["7.0.x"] and "in.gam[i].energy > in.limit" not in second["7.0.x"] and KEEPS_ALL.strip() in second["7.0.x"]


@pytest.mark.parametrize(
    "one",
    [
        replace(entry(), code=CODE.replace("100", "99")),
        replace(entry(), code="system(1); return true;\n").sealed(),
        replace(entry(PROGRAM.replace("above", "below")), code="system(1); return true;\n").sealed(),
    ],
)
def test_code_that_was_changed_or_that_the_policy_refuses_is_in_no_package(monkeypatch, one):
    (only,) = packages(monkeypatch, locked(one))
    assert all("in.gam[i]" not in text and "system" not in text for text in only.values())


def test_a_refusal_of_the_policy_is_the_reason(folder, capsys, monkeypatch):
    stale = replace(entry(PROGRAM.replace("above", "below")), code="system(1); return true;\n").sealed()
    written(folder, locked(stale))
    status, text, _ = said(capsys, "review", "x.bes")
    assert status == 1 and "not run" in text and "system" in text.partition("not run")[2]


def test_the_file_of_a_hand_may_run_beside_a_changed_entry(folder, monkeypatch):
    (folder / "veto.inc").write_text(CODE)
    (first, second) = packages(monkeypatch, locked(replace(entry(), code=CODE.replace("100", "99"))), PROGRAM.replace("0.8 GeV", '0.8 GeV\n        code "veto.inc"'))
    assert "in.n_charged < 100" in first["7.0.x"] and "in.n_charged" not in second["7.0.x"]


def test_events_of_which_there_are_none(trial):
    _, found = some(replace(trial, batches=(), rows=(), names=()))
    assert (found.events, found.reached, found.stay, found.shown, found.flow.end) == (0, 0, 0, (), 0)


def test_a_hand_is_named_as_the_author():
    assert reviewed(locked(entry(author=Author.HAND, origin={}))).blocks[NAME].agreement is None


# --- the sample ------------------------------------------------------------------------------------------------------------


def test_run_and_number_name_one_event_of_the_sample():
    batches = sample(worked_out(reviewed(locked(entry())), events=2).program)
    names = [(int(run), int(event)) for batch in batches for run, event in zip(batch["event.run"], batch["event.number"], strict=True)]
    assert len(batches) > 3 and len(set(names)) == len(names)


def test_disputed_events_of_an_entry_are_named_by_run_and_number(trial):
    """What `compile` writes down is what `review` looks up."""
    from dsl4bes.unknown.backends.protocol import Answer, Finish
    from dsl4bes.unknown.candidates import Candidate
    from dsl4bes.unknown.ladder import Climb, Rung
    from dsl4bes.unknown.writing.program import _disputed
    from dsl4bes.unknown.writing.writer import Draft, Written

    task = reviewed(Lock()).blocks[NAME].task
    reached = tuple(number for number, row in enumerate(trial.rows) if row[1])
    answers = tuple(int(trial.rows[number][2]) for number in reached)
    other = (1 - answers[0], *answers[1:])
    climbs = [Climb(Candidate(task, CODE, Author.MODEL), [Rung("decide", True, "")], CODE, [], each, reached) for each in (answers, answers, other)]
    made = Written(task, [Draft(0, number, Answer(text=CODE, finish=Finish.STOP), climb) for number, climb in enumerate(climbs)])
    words = _disputed(made, trial.batches)
    run, event = trial.names[reached[0]]
    assert words == {"disputed": f"1 of {len(reached)} events: {run}/{event}"}
    assert reviewed(locked(entry(origin=ORIGIN | words))).blocks[NAME].disputed == ((run, event),)
