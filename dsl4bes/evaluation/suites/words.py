"""Words, answered by a program of the language: the held-out tasks of `heldout/word_tasks.py`.

In: how a prompt is made. Out: a suite. Asked as `dsl4bes ask` asks in its first round, with its grammar where a backend takes one; or the words alone, as in the training data. An answer is compiled and the judge selects events with it; nothing else of it runs.
"""

from __future__ import annotations

from dsl4bes.dataset.record import BOSS_OPENINGS, Language
from dsl4bes.evaluation.suites.means import Means
from dsl4bes.evaluation.suites.questions import Questions
from dsl4bes.heldout.word_tasks import Verdict, WordTask, graded, load
from dsl4bes.unknown.asking.rounds import Selections
from dsl4bes.unknown.backends.protocol import Message

_REACHED = {Verdict.DOES_NOT_CHECK: "parses", Verdict.NO_END: "checks", Verdict.OTHER_EVENTS: "checks", Verdict.RIGHT: "same events", Verdict.EXACT: "exact"}


def words(means: Means) -> Questions[WordTask]:
    """The suite."""
    asking = Selections()

    def turns(task: WordTask) -> tuple[Message, ...]:
        if means.bare:
            language = Language.ENGLISH if task.language == "en" else Language.CHINESE
            return (Message(role="user", content=BOSS_OPENINGS[language] + task.words),)
        return asking.messages(task.words, means.max_tokens, None)

    def judged(task: WordTask, answer: str) -> tuple[Verdict, str]:
        found = graded(task, answer, apart=True)
        return found.verdict, found.why

    return Questions(
        "words", "words in English and Chinese, answered by a program, judged by the events it accepts", load(), lambda task: task.family, turns, judged, frozenset({Verdict.RIGHT, Verdict.EXACT}), repr, rungs=tuple(dict.fromkeys(_REACHED.values())),
        reached=_REACHED, options={"bare": means.bare, "typed": means.typed and not means.bare}, grammar=asking.grammar() if means.typed and not means.bare else None,
    )  # fmt: skip
