"""Understand what a person typed: words, names, operators, filler."""
