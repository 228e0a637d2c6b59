"""Whether a teacher's question may enter: its language, its length, what it names, and that it is a question and nothing else.

In: a text without its opening, what it must and may name. Out: what is wrong with it, empty if nothing. Rules only: the same text is always judged alike, and no word of it is obeyed.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from dsl4bes.dataset.leaks import near
from dsl4bes.dataset.near import alike, pieces
from dsl4bes.dataset.personal import personal
from dsl4bes.dataset.record import Language
from dsl4bes.dataset.teacher.numbers import counting, known, numbers

_LENGTHS = {Language.ENGLISH: (60, 1600), Language.CHINESE: (24, 900)}
_ALIKE = 0.6  #: share of pieces in common with a question that is there already
_LINE = 20  #: letters of a line of code that no question repeats

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_OTHER_SCRIPT = re.compile(r"[\u0400-\u1cff\u3040-\u30ff\uac00-\ud7af]")
_ENGLISH_WORD = re.compile(r"[A-Za-z]{1,}")
#: Words of every English text, and of texts in other languages with Latin letters.
_COMMON = frozenset("a an and are as at be by can do each for from give how i in is it its make my need of on one or please print should that the then this to use want what which with write you".split())  # noqa: SIM905
_FOREIGN = frozenset("avec bitte con dans das de del den der des die du ein eine el et für il la las le les los mit nach ne per por pour que se sie sur und une und von zu zwischen".split())  # noqa: SIM905

_CODE = ("```", "{", "}", "#include", "->", "::~", "();", ");", "&&", "||", "!=", "==", "/*", "*/", "<<", ">>")
_VARIABLE = re.compile(r"\$\{?[A-Za-z_]{3,}|%[A-Z_]{3,}%")  #: of a shell
_ORDERS = re.compile(
    r"\bignore\b[^.]{0,40}\b(?:instruction|previous|above|prompt)|\b(?:system|developer) prompt\b|\bas an ai\b|\blanguage model\b|\bapi[ _-]?keys?\b|\bpasswords?\b|\bprivate keys?\b|\bcredentials?\b|\.ssh\b|\b(?:rm|sudo|curl|wget|chmod|bash)\s|\bgSystem\b|"
    r"\bsystem\s*\(|\bpopen\b|\bdelete (?:all|every|the) files?\b|忽略[^。]{0,12}(?:指令|要求|提示)|系统提示|作为(?:一个)?(?:人工智能|AI|语言模型)|密码|密钥|删除[^。]{0,8}文件",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"\b(?:above|below|following|given|provided)\s+(?:c\+\+\s+|root\s+)?(?:program|code|macro|script|snippet)\b|\b(?:program|code|macro|script|snippet)\s+(?:above|below|given|provided|shown)\b|\bthis (?:code|snippet)\b|(?:上述|上面的?|以下|下面的?|给出的|给定的)(?:代码|程序|宏|脚本)|这段(?:代码|程序)",
    re.IGNORECASE,
)
_BLANK = re.compile(r"<[A-Za-z_ ]+>|(?<!= )(?<!=)(?<!- )(?<!-)\.\.\.|……|\bTODO\b|\bXXX\b|@\w+@")


@dataclass(frozen=True)
class Bounds:
    """What a question must name (`numbers`, `names`); `others`: the further numbers that it may name; `signs`: a text whose signs it may use, too; `code`: what no line of it may repeat; `beside`: questions that it must differ from."""

    numbers: frozenset[float] = frozenset()
    names: frozenset[str] = frozenset()
    others: frozenset[float] = frozenset()
    signs: str = ""
    code: str = ""
    beside: Collection[str] = field(default_factory=tuple)


def faults(text: str, language: Language, bounds: Bounds) -> str:
    """What is wrong with a question."""
    return _form(text, language) or _nothing_else(text, bounds) or _named(text, bounds) or _new(text, bounds)


def _form(text: str, language: Language) -> str:
    least, most = _LENGTHS[language]
    if not text.isprintable():
        return "it holds signs that cannot be printed"
    if not least <= len(text) <= most:
        return "it is too short" if len(text) < least else "it is too long"
    chinese, latin = len(_CHINESE.findall(text)), [word.lower() for word in _ENGLISH_WORD.findall(text)]
    if _OTHER_SCRIPT.search(text):
        return "it is in another language"
    if language is Language.CHINESE:
        return "" if chinese >= 12 and chinese >= len(latin) else "it is not in Chinese"
    common, foreign = (sum(word in kind for word in latin) for kind in (_COMMON, _FOREIGN))
    return "it is not in English" if chinese or common < 3 or 2 * foreign > common else ""


def _nothing_else(text: str, bounds: Bounds) -> str:
    """That it is a question: no code, no place of a file or in the net, no order to somebody else, nothing that is left open."""
    if personal(text, ()) or _VARIABLE.search(text):
        return "it names a place of files or in the net"
    if _ORDERS.search(text):
        return "it asks for something other than a program"
    if any(sign in text and sign not in bounds.signs for sign in _CODE):
        return "it holds code"
    tight = re.sub(r"\s+", "", text)
    if any(len(line) >= _LINE and line in tight for line in (re.sub(r"\s+", "", each) for each in bounds.code.splitlines())):
        return "it holds a line of the program"
    if _UNSEEN.search(text):
        return "it speaks of a program that nobody sees"
    return "it leaves something open" if _BLANK.search(text) else ""


def _named(text: str, bounds: Bounds) -> str:
    found = numbers(text)
    missing = sorted(value for value in bounds.numbers if not known(value, found))
    if missing:
        return f"it does not name the number {missing[0]:g}"
    unnamed = sorted(name for name in bounds.names if name not in text)
    if unnamed:
        return f"it does not name {unnamed[0]}"
    foreign = sorted(value for value in found if not counting(value) and not known(value, bounds.numbers | bounds.others))
    return f"it names the number {foreign[0]:g}, which is not meant" if foreign else ""


def _new(text: str, bounds: Bounds) -> str:
    own = pieces(text)
    if any(alike(own, pieces(other), _ALIKE) for other in bounds.beside):
        return "it is almost a question that is there"
    task = near(text)
    return f"it is near the test task {task}" if task else ""
