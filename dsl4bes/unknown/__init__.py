"""Unknown blocks: from a block that the language does not know to a method that was accepted.

In: a closed, typed task. Out: the body of one C++ function that passed every step of the ladder, or diagnostics.
`policy` looks at the tree, `sandbox` runs a command confined, `backends` asks a model. Importing this package imports nothing.
"""
