"""The command of a package that is still being built: it says what is coming."""

import sys


def main() -> int:
    """Say what is coming; nothing pretends to work."""
    sys.stderr.write(
        "hotdish-menu is being built. It will show a CSV file as a window of buttons.\n"
    )
    return 1
