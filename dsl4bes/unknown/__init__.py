"""Unknown blocks: a body of C++ that the compiler has no template for, written by a model or a hand, and accepted only by a ladder of checks.

In: a block with words and the names it may read. Out: a body that passed, pinned, or a diagnostic. Nothing here is imported by the compiler's passes;
what a model needs (HTTP, tree-sitter) is imported where it is used.
"""
