"""The vote: among drafts that passed every rung, the behaviour that most of them share.

In: climbs of drafts, in the order in which they were drawn. Out: clusters, the largest first: drafts that gave every event of the sample the same answer. The size of the
first one over all drafts is the confidence. Nothing is run here; which behaviour is right nobody can say, and a tie goes to the one that came first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dsl4bes.unknown.ladder import Climb


@dataclass(frozen=True, slots=True)
class Cluster:
    """Drafts of one behaviour, by their numbers. `decides`: some events stay and some do not."""

    members: tuple[int, ...]
    answers: tuple[int, ...]

    @property
    def decides(self) -> bool:
        return 0 < sum(self.answers) < len(self.answers)


def clusters(climbs: Sequence[Climb]) -> tuple[Cluster, ...]:
    """The behaviours: those that decide anything before those that do not, then by size, then by the first draw."""
    members: dict[tuple[int, ...], list[int]] = {}
    for number, each in enumerate(climbs):
        if each.accepted:
            members.setdefault(each.answers, []).append(number)
    found = [Cluster(tuple(numbers), answers) for answers, numbers in members.items()]
    return tuple(sorted(found, key=lambda each: (not each.decides, -len(each.members), each.members[0])))


def shortest(cluster: Cluster, climbs: Sequence[Climb]) -> int:
    """The draft of a cluster to pin: the shortest code, which is the easiest to review."""
    return min(cluster.members, key=lambda number: (len(climbs[number].code.split()), number))


def disputed(found: Sequence[Cluster]) -> tuple[int, ...]:
    """The events of the sample on which behaviours differ, by their number among those that reached the block."""
    if not found:
        return ()
    return tuple(event for event, answers in enumerate(zip(*(each.answers for each in found), strict=True)) if len(set(answers)) > 1)
