"""Evaluation tasks: enough of each kind, none a worked example under other names, the right answers those of the gold bodies, and a digest that says when the set changed.

In: the folder `dsl4bes/heldout/blocks`. Out: assertions. The tasks of a program are regions of one package.
"""

from __future__ import annotations

import functools
import re
from collections import Counter

import pytest

pytest.importorskip("tree_sitter_cpp", reason="the extra [llm] is not installed")

from dsl4bes.driver import compile_source
from dsl4bes.heldout import block_tasks as blocks
from dsl4bes.heldout.answers import answers, on_trial
from dsl4bes.standin.toolchain import ToolchainError, toolchain
from dsl4bes.unknown import samples
from dsl4bes.unknown.policy import check
from dsl4bes.unknown.task import names_of
from dsl4bes.unknown.writing.worked_examples import worked_examples

TASKS = blocks.load()
WORKED = {each.name: each for each in worked_examples()}
BASES = tuple(dict.fromkeys(each.base for each in TASKS))
_WORD = r"[A-Za-z_]\w*"
_TOKEN = re.compile(rf"(?<![\w.])in\.{_WORD}|\d[\w.]*|(?:std::|\.\s*)?{_WORD}|\S")
_KEPT = frozenset(["if", "else", "for", "return", "continue", "break", "const", "int", "double", "bool", "std::size_t", "std::vector", "HepLorentzVector", "Hep3Vector", "DBL_MAX", "true", "false"])


def renamed(body: str) -> str:
    """A body with numbers, variables, lists, fits and fields under common names, in the order in which they appear; methods and functions stay."""
    names: dict[str, str] = {}
    found = []
    for token in _TOKEN.findall(body):
        if token[0].isdigit():
            token = "0"
        elif token.startswith("in.") or (re.fullmatch(_WORD, token) and token not in _KEPT):
            token = names.setdefault(token, f"v{len(names)}")
        found.append(token)
    return " ".join(found)


def need_a_compiler() -> None:
    try:
        toolchain()
    except ToolchainError as error:
        pytest.skip(str(error).partition("\n")[0])


# --- the set ------------------------------------------------------------------------------------------------------------


def test_there_are_enough_of_every_kind():
    assert len(TASKS) >= 36 and len({each.block for each in TASKS}) == len(TASKS)
    families = Counter(each.family for each in TASKS)
    assert len(families) >= 12 and min(families.values()) >= 3
    kinds = Counter(tag for each in TASKS for tag in each.tags)
    assert set(kinds) == set(blocks.KINDS)
    assert kinds["single"] >= 10 and kinds["pair"] >= 10 and kinds["event"] >= 8 and kinds["composite"] >= 8
    assert sum(each.chinese for each in TASKS) >= 6
    lists = {name for each in TASKS for name in each.worked.takes}
    assert lists >= {"gam", "good", "pip", "pim", "kp", "km", "prp", "ep", "ks", "fit4c", "fit5c"}


def test_the_set_is_the_committed_one():
    """Results are of one set: who changes it says so with `python -m dsl4bes.heldout.block_tasks`, and results before do not count with those after."""
    assert blocks.digest() == blocks.DIGEST.read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.block)
def test_a_task_is_no_worked_example_under_other_names(task):
    assert task.nearest in WORKED and task.differs
    own = renamed(task.gold)
    assert not [each.name for each in WORKED.values() if renamed(each.body) == own]
    assert [other.block for other in TASKS if renamed(other.gold) == own] == [task.block]
    assert task.words not in {each.words for each in WORKED.values()}


def test_renaming_sees_through_names_and_numbers():
    first = "for (std::size_t i = 0; i < in.gam.size(); ++i) { if (in.gam[i].energy > in.limit) return false; } return true;"
    other = "for (std::size_t k = 0; k < in.pip.size(); ++k) { if (in.pip[k].energy > in.most) return false; } return true;"
    assert renamed(first) == renamed(other)
    assert renamed(first) != renamed(other.replace(".energy", ".time")) and renamed(first) != renamed(other.replace(">", "<"))
    assert renamed("return in.a < in.b;") != renamed("return in.a < in.a;")


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.block)
def test_nothing_of_the_answer_is_in_the_program_to_be_written(task):
    shown, hidden = task.program(), task.program(custom=False)
    assert task.block in shown and task.words in shown and "describe" not in hidden
    assert task.worked.written.known.strip().splitlines()[0] not in shown
    assert not any(line.strip() in shown for line in task.gold.splitlines() if len(line) > 20)
    assert all(field.name in task.gold for field in task.task.fields)
    made = compile_source(hidden, "known.bes", until="ir")
    assert made.ok, [str(item) for item in made.bag]


def test_the_events_are_not_those_of_the_ladder():
    """A seed draws everything, and the ladder counts up from its own."""
    seeds = {blocks.settings()["seed"] + number for number in range(100)}
    assert not seeds & {samples.SEED + number for number in range(1000)}
    assert set(blocks.settings()["decays"]) == set(BASES)


# --- behaviour ----------------------------------------------------------------------------------------------------------


@functools.cache
def found(base: str) -> dict[str, tuple[int, ...]]:
    """Answers of construct, gold and mutants of all tasks of a program."""
    need_a_compiler()
    here = [each for each in TASKS if each.base == base]
    regions = {each.block: each.worked.written.known for each in here}
    bodies = {}
    for each in here:
        bodies[f"gold_{each.block}"] = each.gold
        bodies |= {f"mutant_{number}_{each.block}": body for number, body in enumerate(mutants(each))}
    regions |= {name: next(each for each in here if name.endswith(f"_{each.block}")).worked.written.block for name in bodies}
    return answers(here[0].worked.program, regions, bodies, blocks.events_of(base))


#: What is done to a gold body: a comparison turned round, `and` for `or`, an absolute value left out, the largest for the smallest, a boost the other way, the answer turned round, a condition dropped
#: (not one that asks whether something is there: what is absent fails every comparison), a photon paired with itself where pairs are counted.
CHANGES = (
    (r" < in\.", " > in."), (r" > in\.", " < in."), (r" && ", " || "), (r" \|\| ", " && "), (r"std::fabs\(", "("), (r"std::max\(", "std::min("), (r"std::min\(", "std::max("),
    (r"\.boost\(-", ".boost("), (r"return false;", "return true;"), (r"\n *if \((?![^\n]*(?:passed|size|empty))[^\n]*return false;(?=\n)", ""),
)  # fmt: skip
COUNTED = (r"j = i \+ 1", "j = 0")
#: Wrong in the text, right for every event: a fit with more constraints never passes where that with fewer fails.
SAME = {"pi0_costs_little": " && !"}


def mutants(task: blocks.BlockTask) -> list[str]:
    """The gold body with one thing wrong, if the policy lets it pass."""
    text, made = f"\n{task.gold}", []
    for old, new in (*CHANGES, COUNTED) if "++n" in text else CHANGES:
        made += [f"{text[: match.start()]}{new}{text[match.end() :]}".strip("\n") + "\n" for match in re.finditer(old, text)]
    same = SAME.get(task.block)
    return [body for body in dict.fromkeys(made) if not (same and same in body) and check(body, names_of(task.task)).accepted]


@pytest.mark.cpp
@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.block)
def test_gold_answers_as_the_construct_does_and_both_answers_are_common(task):
    together = found(task.base)
    right, gold = together[task.block], together[f"gold_{task.block}"]
    assert right == gold, f"{sum(one != other for one, other in zip(right, gold, strict=True))} of {len(right)}"
    assert len(right) >= 400 and 0.1 <= sum(right) / len(right) <= 0.9, f"{sum(right)} of {len(right)}"


@pytest.mark.cpp
@pytest.mark.slow
@pytest.mark.parametrize("base", BASES)
def test_the_events_tell_wrong_bodies_from_right_ones(base):
    together = found(base)
    wrong = {name: (of, next(each.block for each in TASKS if name.endswith(f"_{each.block}"))) for name, of in together.items() if name.startswith("mutant_")}
    unseen = [name for name, (of, block) in wrong.items() if of == together[block]]
    assert len(wrong) >= 10 and not unseen, f"{unseen} of {len(wrong)}"


@pytest.mark.cpp
@pytest.mark.slow
def test_bodies_of_anybody_are_answered_for_by_the_ladder():
    """Equal, wrong, refused: each gets its own answer, and the refused one keeps no other from being tried."""
    task = next(each for each in TASKS if each.block == "kshort_or_kaon_pair")
    need_a_compiler()
    events = tuple(batch.slice(0, 60) for batch in task.events())
    right = task.right_answers(events)
    other, wrong, refused, stopped = task.answers_of([task.gold, "return true;\n", "return in.nothing;\n", "return in.kp[7].p4.m() > 0;\n"], events)
    assert 0 < sum(right) < len(right) and other == right
    assert wrong == (1,) * len(right) and refused is None and stopped is None


@pytest.mark.cpp
@pytest.mark.slow
@pytest.mark.parametrize("base", BASES)
def test_gold_gets_to_the_end_of_the_ladder(base):
    """On the ladder's own events, too: they reach the blocks, and no body keeps or rejects all of them."""
    need_a_compiler()
    here = {each.block: each for each in TASKS if each.base == base}
    program = compile_source(next(iter(here.values())).program(custom=False), "known.bes", until="ir").program
    regions = {name: each.worked.written.block for name, each in here.items()}
    climbs = on_trial(next(iter(here.values())).worked.program, regions, {name: each.gold for name, each in here.items()}, samples.sample(program))
    assert climbs.keys() == here.keys()
    for name, each in climbs.items():
        assert each.accepted and not each.warnings, (name, each.rungs[-1], each.warnings)
