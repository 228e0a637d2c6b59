"""Files of fits whose command was ended: they stay ours, so that the same command goes on without --force.

In: a folder. Out: assertions on which names are somebody else's. No ROOT takes part.
"""

from __future__ import annotations

from dsl4bes.fitting.kept import Kept


def test_what_was_made_before_the_command_was_killed_is_ours(tmp_path):
    folder = tmp_path / "fits"
    with Kept(folder) as kept:
        (folder / "one.json").write_text("1")
        kept.add([folder / "one.json"])
        assert Kept(folder).foreign(["one.json", "two.json"]) == []  # as the next command finds it, if this one goes no further
        (folder / "two.json").write_text("2")
        assert Kept(folder).foreign(["one.json", "two.json"]) == ["two.json"]
        kept.add([folder / "two.json"])
    (folder / "one.json").write_text("mine")
    assert Kept(folder).foreign(["one.json", "two.json"]) == ["one.json"]
    assert sorted(path.name for path in folder.iterdir()) == [".dsl4bes.json", "one.json", "two.json"]
