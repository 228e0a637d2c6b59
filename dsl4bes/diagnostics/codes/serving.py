"""BES073x: a server of models that we start ourselves (`dsl4bes serve`)."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code

VLLM_MISSING = Code("BES0730", "vllm-missing", "no Python with vLLM is found, or the one that is named cannot be used")
ADDRESS_TAKEN = Code("BES0731", "address-taken", "nothing can be served at this address and port")
SERVER_ENDED = Code("BES0732", "server-ended", "the server of the model ended by itself")
SERVER_SLOW = Code("BES0733", "server-slow", "the server of the model was not ready in time")
BAD_ADAPTER = Code("BES0734", "bad-adapter", "a LoRA adapter cannot be read, or cannot be served as it is")
OTHER_BASE = Code("BES0735", "other-base", "a LoRA adapter was made for another model")
KEY_NEEDED = Code("BES0736", "key-needed", "a server that other machines reach needs a key")
MERGE_FAILED = Code("BES0737", "merge-failed", "a model cannot be made ready to be served: the conversion or the merge fails")
