"""A verdict in words: for the user, and for the model that wrote the body.

In: a verdict. Out: text. No colour, no file; every message and every help is used as it stands.
"""

from __future__ import annotations

from dsl4bes.unknown.policy.finding import Finding, Verdict

#: A repair prompt shows so many findings: more confuse a small model, and the rest comes with the next round.
SHOWN_TO_MODEL = 8


def for_user(verdict: Verdict, name: str = "body") -> str:
    """One paragraph a finding, as compilers write them; one line if nothing was found."""
    if verdict.accepted:
        return f"{name}: accepted"
    return "\n".join(_of_user(verdict, item, name) for item in verdict.findings)


def for_model(verdict: Verdict) -> str:
    """What is wrong, where, and what to write instead; empty if nothing was found."""
    if verdict.accepted:
        return ""
    shown = verdict.findings[:SHOWN_TO_MODEL]
    lines = ["The body breaks these rules. Correct every point and answer with the whole body again."]
    for number, item in enumerate(shown, 1):
        source = _line(verdict, item).strip()
        lines.append(f"{number}. line {item.line}" + (f": `{source[:120]}`" if source else ""))
        lines.append(f"   {_sentence(item)}" + (f" Instead: {item.help}." if item.help else ""))
    if len(verdict.findings) > len(shown):
        lines.append(f"There are {len(verdict.findings) - len(shown)} more of this kind.")
    return "\n".join(lines)


def _of_user(verdict: Verdict, item: Finding, name: str) -> str:
    text = f"{name}:{item.line}:{item.column}: {item.message} [{item.rule.key}]"
    source = _line(verdict, item).replace("\t", " ")
    if source.strip() and item.column <= len(source) + 1 <= 200:
        text += f"\n    {source}\n    {' ' * (item.column - 1)}^"
    return text + (f"\n    {item.help}" if item.help else "")


def _line(verdict: Verdict, item: Finding) -> str:
    lines = verdict.code.split("\n")
    return lines[item.line - 1] if item.line <= len(lines) else ""


def _sentence(item: Finding) -> str:
    text = item.message[:1].upper() + item.message[1:]
    return f"{text}."
