"""`dsl4bes lsp`: the language services (`editing/`) over the Language Server Protocol.

In: JSON-RPC on the standard input. Out: answers on the standard output; the types of lsprotocol stop in this folder. No file is ever written, and a fault in one answer is a line in the client's log, not the end of the server.

Commands for clients (`workspace/executeCommand`, each with the URI of an open program as its one argument):

- `dsl4bes.cpp`: the C++ of the package, `{"ok": true, "files": {path: text}, "words": ""}`; of a program with errors `ok` is false, `files` empty, and `words` the first error.
- `dsl4bes.cutFlow`: the cut flow of the newest saved result of this program in its folder (`dsl4bes run --save FILE`), `{"file": path, "stale": bool, "events": n, "selected": n, "lines": [{"name", "key", "events",
  "part"?, "region"?}]}`; None if there is none. `stale`: the program was changed after the run.
"""
