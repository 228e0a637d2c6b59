"""A program as the paragraphs of a paper: data, tracks, photons, identification, candidates, cuts, regions, variations, fits.

In: a `Program` and a language. Out: a `Description`, whose sentences know their block and their cut. Every number that a step has is said, what the program leaves to the
standards of the collaboration, too; the order is that of the program. Nothing is read of the program's text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dsl4bes.ir.fits import Combination, Fit, Scope
from dsl4bes.ir.primitives import (
    Collection,
    FillHistogram,
    FillTruth,
    FillTuple,
    Identify,
    Primitive,
    ReadTruth,
    Select,
)
from dsl4bes.ir.program import Block, Program
from dsl4bes.ir.types import ListKind
from dsl4bes.reports.data import data_sentences
from dsl4bes.reports.describers import told
from dsl4bes.reports.distributions import fit_sentence
from dsl4bes.reports.phrases import Phrases, phrases
from dsl4bes.reports.said import Description, Paragraph, Said, Section, Sentence
from dsl4bes.reports.switches import without_switches
from dsl4bes.reports.teller import Teller
from dsl4bes.reports.varied import variation_sentence


def describe(program: Program, language: str = "en") -> Description:
    """The selection in words.

    >>> from dsl4bes.driver import check_source
    >>> from dsl4bes.reports.notation import text_of
    >>> made = describe(check_source("event_selection.photons do\\n    energy > 40 MeV\\nend\\n").program)
    >>> [text_of(each.said) for each in made.paragraphs[1].sentences][-1]
    'Photon candidates are showers of the calorimeter with E > 40 MeV.'
    """
    words = phrases(language)
    teller = Teller(words)
    program = without_switches(program)
    sentences = [Sentence(words.sentence(said), Section.DATA) for said in data_sentences(teller, program)] if program.selects else []
    sentences += _blocks(teller, program.always, Section.TRUTH)
    sentences += _blocks(teller, program.blocks)
    found = _paragraphs(words, sentences)
    for region in program.regions:
        found += _region(teller, region.name, region.parent, region.blocks)
    rest = _blocks(teller, program.outputs, Section.OUTPUT)
    rest += [Sentence(words.sentence(variation_sentence(teller, each)), Section.VARIATIONS) for each in program.variations]
    rest += [Sentence(words.sentence(fit_sentence(teller, each)), Section.ROOT_FITS, each.name, line=0 if each.span is None else each.span.place.line) for each in program.fits]
    return Description(language, tuple(_merged([*found, *_paragraphs(words, rest)])))


def _region(teller: Teller, name: str, parent: str | None, blocks: tuple[Block, ...]) -> list[Paragraph]:
    start = teller.say("region.from_baseline") if parent is None else teller.say("region.from_region", name=teller.name(parent))
    first = Sentence(teller.phrases.sentence(start), Section.REGIONS)
    title = teller.say("title.regions", name=teller.name(name))
    return [Paragraph(Section.REGIONS, title, (first, *_blocks(replace(teller, region=name), blocks)), name)]


def _blocks(teller: Teller, blocks: Iterable[Block], section: Section | None = None) -> list[Sentence]:
    found: list[Sentence] = []
    for block in blocks:
        own = section or section_of(block)
        line = 0 if block.span is None else block.span.place.line
        for step in block.steps:
            found += _step(teller, block, step, own, line)
        if block.assumed:
            found.append(Sentence(teller.phrases.sentence(teller.say("step.assumed")), own, block.name, line=line))
    return found


def _step(teller: Teller, block: Block, step: Primitive, section: Section, line: int) -> list[Sentence]:
    if isinstance(step, Scope):
        lead = teller.phrases.sentence(teller.say("fit.scope", name=teller.name(step.symbol.name)))
        inside = replace(teller, scope=step.symbol)
        return [Sentence(lead, section, block.name, line=line), *_blocks(inside, step.blocks, Section.OUTPUT if section is Section.OUTPUT else None)]
    return [Sentence(teller.phrases.sentence(each.said), section, block.name, "" if each.cut is None else each.cut.name, line, each.once) for each in told(teller, step)]


def section_of(block: Block) -> Section:
    """What a block is about, by its steps."""
    kinds = {type(step) for step in block.steps}
    if any(isinstance(step, Fit) for step in block.steps):
        return Section.FITS
    if any(isinstance(step, (Combination, Scope)) for step in block.steps):
        return Section.CANDIDATES
    if Identify in kinds:
        return Section.PID
    if kinds & {FillTuple, FillHistogram}:
        return Section.OUTPUT
    if kinds & {ReadTruth, FillTruth}:
        return Section.TRUTH
    lists = [step.target for step in block.steps if isinstance(step, (Select, Collection))]
    if lists:
        if any(each.species is not None and each.kind is ListKind.TRACKS for each in lists):
            return Section.PID
        return Section.PHOTONS if lists[-1].kind is ListKind.SHOWERS else Section.TRACKS
    return Section.CUTS


def _paragraphs(words: Phrases, sentences: Iterable[Sentence]) -> list[Paragraph]:
    """Sentences of one section that follow each other are a paragraph."""
    found: list[Paragraph] = []
    for sentence in sentences:
        title: Said = words.say(f"title.{sentence.section.value}") if sentence.section is not Section.REGIONS else ()
        if found and found[-1].section is sentence.section:
            found[-1] = replace(found[-1], sentences=(*found[-1].sentences, sentence))
        else:
            found.append(Paragraph(sentence.section, title, (sentence,)))
    return found


def _merged(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Paragraphs on one thing that follow each other are one; what need not be said again is left out."""
    seen: set[Said] = set()
    found: list[Paragraph] = []
    for paragraph in paragraphs:
        kept = tuple(each for each in paragraph.sentences if not (each.once and each.said in seen))
        seen |= {each.said for each in kept}
        if found and found[-1].section is paragraph.section and not paragraph.region and not found[-1].region:
            found[-1] = replace(found[-1], sentences=(*found[-1].sentences, *kept))
        elif kept:
            found.append(replace(paragraph, sentences=kept))
    return found
