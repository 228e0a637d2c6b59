"""Tools of a checkout around the model: evaluation tasks, and what measures on them. They use the package; the package never uses them."""
