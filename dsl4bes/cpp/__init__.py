"""From the typed IR to the text of a BOSS package: `from_ir.lower` makes the C++ model, `render.render` its text."""
