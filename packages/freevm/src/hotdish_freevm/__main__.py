"""`python -m hotdish_freevm`: the same as the command."""

import sys

from hotdish_freevm.cli import main

if __name__ == "__main__":
    sys.exit(main())
