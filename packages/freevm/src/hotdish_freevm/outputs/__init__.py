"""How a report is written: an explicit table of formats."""

from collections.abc import Callable

from hotdish_freevm.outputs.json_page import write_json
from hotdish_freevm.outputs.markdown import write_markdown
from hotdish_freevm.outputs.sarif import write_sarif
from hotdish_freevm.outputs.table import write_table
from hotdish_freevm.report import Report

FORMATS: dict[str, Callable[[Report], str]] = {
    "table": write_table,
    "json": write_json,
    "sarif": write_sarif,
    "markdown": write_markdown,
}
