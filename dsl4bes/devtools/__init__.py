"""Generators of committed files; run from a checkout, never at run time."""
