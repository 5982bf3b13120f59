"""`template`: the ARM template of a VM whose disk is the free P6 from the start."""

from argparse import Namespace
from datetime import date
from importlib.resources import files

from hotdish_freevm.commands.streams import write_out


def template(options: Namespace, _today: date) -> int:
    """Print the template that deploy/azure-free-vm/ describes."""
    text = files("hotdish_freevm").joinpath("recipe/main.json").read_text("utf-8")
    write_out(text, options.output_file)
    return 0
