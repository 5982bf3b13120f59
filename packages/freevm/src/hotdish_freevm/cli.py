"""The command of a package that is still being built: it says what is coming."""

import sys


def main() -> int:
    """Say what is coming; nothing pretends to work."""
    sys.stderr.write("hotdish-freevm is being built. It will tell what a free Azure VM costs.\n")
    return 1
