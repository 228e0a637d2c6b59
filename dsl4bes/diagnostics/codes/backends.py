"""BES072x: the settings of the model, and the servers and libraries that answer."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code

BAD_SETTINGS_FILE = Code("BES0720", "bad-settings-file", "the settings file cannot be read as TOML")
UNKNOWN_SETTING = Code("BES0721", "unknown-setting", "a setting of this name does not exist")
WRONG_SETTING = Code("BES0722", "wrong-setting", "a setting has a value of the wrong kind, or outside its range")
KEY_IN_SETTINGS = Code("BES0723", "key-in-settings", "an API key is written where others can read it")
NO_MODEL = Code("BES0724", "no-model", "the settings name no model that could be asked")
MODEL_UNREACHABLE = Code("BES0725", "model-unreachable", "the server of the model does not answer, or not in time")
MODEL_REFUSED = Code("BES0726", "model-refused", "the server of the model refuses the request")
BAD_ANSWER = Code("BES0727", "bad-answer", "what the server sent is not an answer")
NOT_RECORDED = Code("BES0728", "not-recorded", "the request is not in the recorded answers, or the recording is damaged")
MISSING_EXTRA = Code("BES0729", "missing-extra", "a Python package that the model side needs is not installed")
