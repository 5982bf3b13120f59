"""The commands: each is a function from parsed options to an exit code."""
