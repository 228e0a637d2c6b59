"""Training of LoRA adapters: a recipe, a data set and a base model → an adapter that says what it was made of.

In: recipes (TOML), data sets of `dsl4bes dataset build`. Out: adapters, logs, curves, cards. Modules that need torch import it inside functions, so that recipes, estimates and grids work without it;
nothing is printed here, and no adapter leaves this folder without its `dsl4bes.json`.
"""
