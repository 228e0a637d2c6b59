"""`include` and `parameter`: files that several programs share."""

from __future__ import annotations

from dsl4bes.constructs.base import ANYWHERE, TOP, Block, Example, LineKind


class Include(Block):
    """Puts a file of shared cuts, a fragment, where the line stands: `include "besiii/standard_tracks.bes", vr: 1 cm`.

    A fragment is a program of its own, which `check` and `fmt` take alone. At the top level its blocks stand as written there; in
    `event_selection`, a region or a `for`, the blocks of its `event_selection` do. The values behind the path are for its `parameter` lines. The file is looked
    for beside the including file, then in the folders of the option `-I` and of the environment variable DSL4BES_INCLUDE (separated as in
    PATH), then among the fragments that are shipped: `besiii/standard_tracks.bes`, `besiii/standard_photons.bes`,
    `besiii/standard_pid.bes` (`dsl4bes explain besiii/standard_pid.bes` shows one). Names of lists, cuts and constants are shared with the program, parameters are not. What is wrong
    in a fragment is shown there and at the `include`; `check --fix` changes only the files it was given. From Python,
    only shipped fragments are found unless a folder is given: `check(text, base="cuts")`. A fragment that needs the beams, and so an `ecms`, is checked
    through a program that includes it.
    """

    keyword = "include"
    quiet = True
    parents = ANYWHERE
    body = False
    main = '"file.bes", parameter: value, ...'
    line = LineKind.FILE

    examples = (
        Example(
            "The standard tracks with a tighter cut along the beam, at least two of them.",
            'event_selection do\n    include "besiii/standard_tracks.bes", vz: 5 cm\n'
            '    require "two tracks", count(good) >= 2\nend\n',
            "The numbers are the properties of the block in the fragment, charged_tracks_vz and so on.",
        ),
        Example(
            "Tracks and photons of the collaboration's standard at the top level.",
            'include "besiii/standard_tracks.bes", vr: 1 cm, vz: 10 cm\ninclude "besiii/standard_photons.bes", time: 0..60\n\n'
            'event_selection do\n    require "two tracks", count(good) == 2\n    require "two photons", count(gam) >= 2\nend\n',
        ),
    )


class Parameter(Block):
    """Declares a value that an `include` of this file may give: `parameter vr = 1 cm`. In the values of the file, the name then stands for it.

    The default says what the parameter is: a number with its kind of unit, a range, text, a name (`:good`), `true` or `false`; a value of another kind
    is an error with both places. `parameter vr, example: 1 cm` has no default: an `include` must give it, and the example stands for it when the file
    is checked alone. Parameters stand above everything else in the file, and are not seen in others.
    """

    keyword = "parameter"
    quiet = True
    parents = (TOP,)
    body = False
    main = "name = value"
    line = LineKind.DEFINITION

    examples = (
        Example(
            "A fragment for tracks whose closest approach the including program may change.",
            "parameter vr = 1 cm\nparameter vz = 10 cm\n\nevent_selection.charged_tracks do\n    vr < vr\n    vz < vz\nend\n",
            "Behind a field's name, `vr` is the parameter.",
        ),
        Example(
            "A fragment that needs an energy from the including program.",
            "parameter most, example: 1 GeV\n\nevent_selection do\n"
            '    veto "hard photon", any(e(gam) > most)\nend\n',
            "With `include \"hard.bes\", most: 800 MeV` the property hard_photon_1 is 0.8.",
        ),
    )
