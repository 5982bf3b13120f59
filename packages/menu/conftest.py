"""Leaves the window's modules out of the doctests where Python has no Tk."""

import importlib.util

collect_ignore_glob = [] if importlib.util.find_spec("_tkinter") else ["src/hotdish_menu/ui/*"]
