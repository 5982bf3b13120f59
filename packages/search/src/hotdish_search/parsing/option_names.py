"""Names of command line options, with the program that they belong to."""

from hotdish_search.parsing.findings import Findings
from hotdish_search.parsing.inventory import InventoryObject
from hotdish_search.parsing.names import PROGRAM_OF_PAGE
from hotdish_search.parsing.place import Place


def option_names_of(place: Place, findings: Findings) -> list[str]:
    """The names of the options that a place describes: "python -m", "-m"."""
    objects = findings.objects_of(place)
    if objects:
        return [name for item in objects for name in _listed_names(item, place)]
    return [name for shown in place.names for name in _with_program("", shown, place)]


def _listed_names(item: InventoryObject, place: Place) -> list[str]:
    # Sphinx joins program and option by a dot, and the words of the program by dashes.
    option = next((name for name in place.names if item.name.endswith(name)), item.name)
    program = item.name.removesuffix(option).rstrip(".").replace("--m-", " -m ")
    return _with_program(program, option, place)


def _with_program(program: str, option: str, place: Place) -> list[str]:
    program = program or PROGRAM_OF_PAGE.get(place.page, "")
    return [f"{program} {option}".strip(), option]
