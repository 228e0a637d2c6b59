"""Baskets: entry ranges across basket borders, what is held, and classes that were never written."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from dsl4bes.events.baskets import Branch, Jagged, Rows, _members, join


class Fake:
    """A branch of three baskets (4, 3 and 5 entries) with rows of a list, and a count of what was decoded."""

    def __init__(self) -> None:
        self.name = "fake"
        self.entry_offsets = [0, 4, 7, 12]
        self.decoded: list[int] = []
        rng = np.random.default_rng(1)
        self.sizes = [rng.integers(0, 4, 12)[a:b] for a, b in ((0, 4), (4, 7), (7, 12))]
        self.sizes[1][:] = 0  # a basket without a single row

    def basket(self, number: int) -> int:
        self.decoded.append(number)
        return number

    def decode(self, number: int) -> Rows:
        sizes = self.sizes[number]
        offsets = np.concatenate([[0], np.cumsum(sizes)])
        rows = int(offsets[-1])
        if rows == 0:
            return Rows(offsets, {})
        value = 100.0 * number + np.arange(rows)
        lists = np.arange(rows + 1) * 2
        return Rows(offsets, {"value": value, "links": Jagged(lists, np.repeat(value, 2))})


def everything(fake: Fake) -> Rows:
    return join([fake.decode(number) for number in range(3)])


@pytest.mark.parametrize("step", [1, 2, 3, 5, 12])
def test_ranges_across_baskets_add_up(step: int):
    fake = Fake()
    branch = Branch(fake, fake.decode)
    whole = everything(fake)
    parts = [branch.read(first, min(first + step, 12)) for first in range(0, 12, step)]
    assert sum(part.entries for part in parts) == 12
    values = [part.members["value"] for part in parts if "value" in part.members]
    assert np.array_equal(np.concatenate(values), whole.members["value"])
    links = [part.members["links"] for part in parts if "links" in part.members]
    assert np.array_equal(np.concatenate([j.content for j in links]), whole.members["links"].content)
    for part in parts:
        assert part.offsets[0] == 0
        if "links" in part.members:
            jagged = part.members["links"]
            assert jagged.offsets[0] == 0 and jagged.offsets[-1] == len(jagged.content)
            assert len(jagged.offsets) - 1 == part.offsets[-1] == len(part.members["value"])
    assert fake.decoded == [0, 1, 2], "each basket is decoded once"


def test_baskets_behind_are_let_go():
    fake = Fake()
    branch = Branch(fake, fake.decode)
    branch.read(0, 6)
    assert set(branch._held) == {0, 1}
    branch.read(7, 9)
    assert set(branch._held) == {2}


def test_a_basket_of_the_wrong_length_is_refused():
    fake = Fake()
    branch = Branch(fake, lambda number: Rows(np.array([0, 0]), {}))
    with pytest.raises(ValueError, match="1 of 4 entries"):
        branch.read(0, 2)


def test_a_class_that_was_never_written_has_no_members():
    assert _members(SimpleNamespace()) == {}
