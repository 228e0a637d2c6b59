"""BES04xx: physics and consistency: programs that are well formed and cannot mean what was meant."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code, Severity

ASSUMED_BLOCK = Code(
    "BES0401",
    "assumed-block",
    "a block that was not written takes the collaboration's standard values",
    Severity.NOTE,
)
TRACK_NEEDED = Code("BES0402", "track-needed", "a photon stands where a charged track is needed")
CHARGE_NOT_CONSERVED = Code(
    "BES0403",
    "charge-not-conserved",
    "the products of a decay do not add up to the charge of the particle that decays",
)
TOO_HEAVY = Code("BES0404", "too-heavy", "the products are heavier than what decays")
ONE_CANDIDATE = Code("BES0431", "one-candidate", "there is one candidate here, and nothing to go through")
SEVERAL_CANDIDATES = Code(
    "BES0432", "several-candidates", "one candidate is meant where several may be left"
)
BACKWARDS_CUT = Code(
    "BES0434", "backwards-cut", "a cut keeps what such cuts are made to reject", Severity.WARNING
)
UNDECIDED_CHOICE = Code(
    "BES0435", "undecided-choice", "chi2 is the same for combinations that differ in what belongs together", Severity.WARNING
)
CHOICE_MISSING = Code(
    "BES0405",
    "choice-missing",
    "several candidates can remain, and the block does not say which to keep",
)
IMPOSSIBLE_VALUE = Code("BES0406", "impossible-value", "the quantity can never have such a value")
SOURCE_NOT_USABLE = Code("BES0407", "source-not-usable", "the fit cannot start from this source")
WINDOW_EXCLUDES_MASS = Code(
    "BES0408",
    "window-excludes-mass",
    "a mass window leaves out the particle it is meant for",
    Severity.WARNING,
)
UNUSED_LIST = Code("BES0409", "unused-list", "a list is made and never used", Severity.WARNING)
CUT_NEVER_PASSES = Code("BES0410", "cut-never-passes", "two cuts contradict each other: no event can pass")
CUT_ALWAYS_PASSES = Code(
    "BES0411",
    "cut-always-passes",
    "the cut can never reject anything",
    Severity.WARNING,
)
CUT_NAME_CLASH = Code("BES0412", "cut-name-clash", "two lines of the cut flow would have the same name")
DUPLICATE_BRANCH = Code("BES0413", "duplicate-branch", "two branches of a tuple have the same name")
ABSENT_BRANCH = Code(
    "BES0414",
    "absent-branch",
    "a branch is filled from something that may not exist",
    Severity.WARNING,
)
ECMS_MISSING = Code("BES0415", "ecms-missing", "the centre-of-mass energy is needed and not given")
RESERVED_BRANCH = Code("BES0416", "reserved-branch", "every tuple has this branch already")
UNKNOWN_EXPECTATION = Code(
    "BES0417",
    "unknown-expectation",
    "`expect` names a line that the cut flow does not have",
)
OVERLAPPING_LISTS = Code(
    "BES0418",
    "overlapping-lists",
    "one track may be in two identified lists",
    Severity.WARNING,
)
NO_TEST = Code(
    "BES0419",
    "no-test",
    "every track with identification information gets into the list",
    Severity.WARNING,
)
UNKNOWN_CONSTRAINT = Code("BES0420", "unknown-constraint", "the decay has no particle for this constraint")
TOO_FEW_ENTRIES = Code("BES0421", "too-few-entries", "the counts allow fewer entries than the fit needs")
UNKNOWN_REGION = Code("BES0422", "unknown-region", "no region of this name stands above")
BEAM_MISMATCH = Code(
    "BES0423",
    "beam-mismatch",
    "the particle that decays is not what the beams make at this energy",
    Severity.WARNING,
)
CHARGE_MISMATCH = Code("BES0424", "charge-mismatch", "a product is given a list of the other charge")
CONJUGATE_UNSAID = Code(
    "BES0425",
    "conjugate-unsaid",
    "the decay is not its own conjugate, and the fit takes only the chain as written",
)
TRUTH_MISSING = Code("BES0440", "truth-missing", "a formula speaks of the truth, and no `mc_truth` block says how it is matched")
CUT_ON_TRUTH = Code(
    "BES0441",
    "cut-on-truth",
    "a cut asks for the truth of the generator: it rejects all data",
    Severity.WARNING,
)
RUNS_OVERLAP = Code("BES0450", "runs-overlap", "two lines give a run two different numbers")
SPOILED_LIKELIHOOD = Code(
    "BES0430",
    "spoiled-likelihood",
    "the likelihood of BOSS is zero wherever the pulse height of the TOF has been used",
)
UNKNOWN_NUMBER = Code(
    "BES0470",
    "unknown-number",
    "`vary` names a number or a cut that the program does not have",
)
VARIED_GUARANTEE = Code(
    "BES0471",
    "varied-guarantee",
    "other parts of the program rest on what is varied",
)
NOT_VARIED = Code(
    "BES0472",
    "not-varied",
    "a variation has the value that the program has already",
    Severity.WARNING,
)
VARIATION_NAME_CLASH = Code("BES0473", "variation-name-clash", "two variations would have the same name")
CANNOT_SWITCH_OFF = Code("BES0474", "cannot-switch-off", "this cannot be left out with `without`")
WRONG_VARIATION = Code("BES0475", "wrong-variation", "with the other number the program would be wrong")
TOO_MANY_VARIATIONS = Code("BES0476", "too-many-variations", "more variations than one job should run")
NOT_MEASURED = Code("BES0460", "not-measured", "a measured value is asked of a particle that is missing")
NO_FREEDOM = Code("BES0461", "no-freedom", "the constraints are not more than the unknowns of the fit")
REPEATED_CONSTRAINT = Code("BES0462", "repeated-constraint", "two constraints of a fit say the same")
WITHOUT_EFFECT = Code("BES0463", "without-effect", "a setting of a fit that does nothing here")
UNKNOWN_TAG_MODE = Code("BES0490", "unknown-tag-mode", "the D-tag list of BOSS has no such mode")
TAG_MODE_TWICE = Code("BES0491", "tag-mode-twice", "one mode of the D-tag list is named twice")
PRODUCT_LACKING = Code("BES0492", "product-lacking", "a product is named that one of the tag's modes does not have")
BEYOND_TAG_LIST = Code(
    "BES0493", "beyond-tag-list", "a window goes beyond what the D-tag list of BOSS keeps", Severity.WARNING
)
