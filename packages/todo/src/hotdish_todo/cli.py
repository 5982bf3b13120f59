"""The command of a package that is still being built: it says what is coming."""

import sys


def main() -> int:
    """Say what is coming; nothing pretends to work."""
    sys.stderr.write("hotdish-todo is being built. It will export Microsoft To Do.\n")
    return 1
