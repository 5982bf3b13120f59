"""Names of rows: operations, codes, fields and values of options."""

from hotdish_search.parsing.findings import Findings
from hotdish_search.parsing.names import PERCENT_SECTIONS, SEQUENCE_SECTIONS
from hotdish_search.parsing.naming import Naming, make_naming
from hotdish_search.parsing.option_names import option_names_of
from hotdish_search.parsing.place import Place
from hotdish_search.parsing.rows import method_of_sequence


def name_row(row: Place, findings: Findings) -> Naming:
    """Name a row by its code and, where the place around it tells, by what the code means."""
    around = row.parent.anchors if row.parent else []
    method = method_of_sequence(row.title)
    if method and not SEQUENCE_SECTIONS.isdisjoint(around):
        return make_naming(f"list.{method}", "method", [row.title])
    if not PERCENT_SECTIONS.isdisjoint(around):
        codes = ["%" + _unquote(name) for name in row.names]
        return make_naming(codes[0], "row", codes)
    if row.parent and row.parent.role == "cmdoption":
        full, short, *_ = option_names_of(row.parent, findings)
        return make_naming(full.removesuffix(short) + row.title, "option", row.names)
    names = [*_fields(row, findings), *row.names, *map(_unquote, row.names)]
    return make_naming(row.title, "row", names)


def _unquote(code: str) -> str:
    return code.strip("'\"")


def _fields(row: Place, findings: Findings) -> list[str]:
    """`sys.float_info.epsilon` for the row `epsilon` in the description of `sys.float_info`."""
    owners = findings.objects_of(row.parent) if row.parent else []
    if not owners or owners[0].role not in {"py:data", "py:attribute"}:
        return []
    return [f"{owners[0].name}.{name}" for name in row.names if name.isidentifier()]
