"""Level 1: what was written. Text → tokens → syntax tree → canonical text."""
