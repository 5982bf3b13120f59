"""The formats to convert into. A new one is a module here and a line in the table."""

from hotdish_todo.writers import (
    asana,
    ics,
    markdown,
    plain_json,
    spreadsheet,
    taskwarrior,
    ticktick,
    todoist,
)
from hotdish_todo.writers.target import Target

TARGETS: dict[str, Target] = {
    "asana": asana.TARGET,
    "todoist": todoist.TARGET,
    "ticktick": ticktick.TARGET,
    "ics": ics.TARGET,
    "markdown": markdown.TARGET,
    "taskwarrior": taskwarrior.TARGET,
    "csv": spreadsheet.TARGET,
    "json": plain_json.TARGET,
}
