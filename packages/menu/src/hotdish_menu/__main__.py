"""Lets `python -m hotdish_menu` do what the command does."""

import sys

from hotdish_menu.cli import main

if __name__ == "__main__":
    sys.exit(main())
