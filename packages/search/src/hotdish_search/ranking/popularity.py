"""How much real code uses each name of Python: a likelier answer is one that many people use."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_TABLE = "data/popularity.tsv"  # made by tools/count_names.py


@cache
def load() -> Mapping[str, float]:
    """Give for each documented name (`re.sub`, `with`) the number of source files that use it."""
    table = files("hotdish_search").joinpath(_TABLE).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return MappingProxyType({name: float(count) for name, count in rows})
