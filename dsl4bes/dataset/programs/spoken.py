"""What is asked: the words of blocks, of whole selections, of their explanations.

In: parts, a language, the number of a phrasing. Out: text, with the opening of its language. Clauses are chosen by the draw that is given, so the same draw gives the same words.
"""

from __future__ import annotations

from dsl4bes.dataset.code import fenced
from dsl4bes.dataset.programs.draw import Draw
from dsl4bes.dataset.programs.part import Part, Value
from dsl4bes.dataset.programs.wholes import Whole
from dsl4bes.dataset.programs.words import Speech, phrasings, tables
from dsl4bes.dataset.record import BOSS_OPENINGS, Language


def block_question(part: Part, language: Language, phrasing: int, draw: Draw) -> str:
    """A request for one block."""
    speech = Speech(language, draw)
    text = speech.sentence(part, "ask", phrasing).strip()
    return opened(language, _with_tail(text, draw.pick(tables()["tail"]["block"][language.value]), language))


def program_question(whole: Whole, language: Language, phrasing: int, draw: Draw, opening: bool = True) -> str:
    """A request for a whole selection that says every choice in it."""
    speech = Speech(language, draw)
    sentences = [speech.sentence(part, "say").rstrip() for part in whole.parts if part.words]
    forms = phrasings("program", "ask", language)
    gap = "" if language is Language.CHINESE else " "
    mark = draw.pick(("- ", "* ", ""))
    values: dict[str, Value] = {
        "TOPIC": whole.topic, "PARTS": gap.join(sentences), "ITEMS": "".join(f"\n{mark}{each}" for each in sentences), "STEPS": "".join(f"\n{number}. {each}" for number, each in enumerate(sentences, 1)),
    }  # fmt: skip
    text = speech.filled(forms[phrasing % len(forms)], values)
    text = _with_tail(text, draw.pick(tables()["tail"]["program"][language.value]), language)
    return opened(language, text) if opening else text[0].upper() + text[1:]


def explanation(whole: Whole, program: str, language: Language, phrasing: int, draw: Draw) -> tuple[str, str]:
    """A question with the program, and its selection section."""
    speech = Speech(language, draw)
    forms = phrasings("explain", "ask", language)
    asked = speech.filled(forms[phrasing % len(forms)], {"PROGRAM": "\n" + fenced(program, "bes")})
    gap = "" if language is Language.CHINESE else " "
    topic = speech.filled(draw.pick(phrasings("explain", "topic", language)), {"TOPIC": whole.topic})
    text = gap.join([topic, *(speech.sentence(part, "paper").rstrip() for part in whole.parts if part.words)])
    return opened(language, asked), text


def part_text(part: Part, language: Language, draw: Draw) -> str:
    """A part as a paper says it."""
    return Speech(language, draw).sentence(part, "paper").rstrip()


def opened(language: Language, text: str) -> str:
    """A question with the opening that all on selections have."""
    return BOSS_OPENINGS[language] + text


def _with_tail(text: str, tail: str, language: Language) -> str:
    if not tail:
        return text
    return f"{text}{'' if language is Language.CHINESE else ' '}{tail}" if "\n" not in text else f"{text}\n{tail}"
