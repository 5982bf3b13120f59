"""The command `hotdish-todo`: it parses the line, calls the module that does it, and prints."""

import datetime as dt
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
import tzlocal
from rich.table import Table

from hotdish_todo import snippet
from hotdish_todo.asana_api import (
    AsanaClient,
    Destination,
    Item,
    Journal,
    n_requests,
    plan_items,
    send,
)
from hotdish_todo.asana_api.client import FREE_RATE
from hotdish_todo.asana_api.client import URL as ASANA_URL
from hotdish_todo.asana_api.plan import Kind
from hotdish_todo.backup import read_backup, write_backup
from hotdish_todo.checking import check_backup
from hotdish_todo.converting import REPORT
from hotdish_todo.converting import convert as convert_backup
from hotdish_todo.errors import TodoError, UnreadableInputError, UsageError
from hotdish_todo.finding import Found, find_accounts
from hotdish_todo.graph import URL as GRAPH_URL
from hotdish_todo.graph import GraphClient, open_graph, sign_in
from hotdish_todo.graph.reading import WARNING
from hotdish_todo.mapping import map_backup
from hotdish_todo.model import ToDo
from hotdish_todo.moments import zone
from hotdish_todo.profiles import places
from hotdish_todo.readers import Source, open_path, open_place
from hotdish_todo.showing import tree_of
from hotdish_todo.terminal import Terminal
from hotdish_todo.writers import TARGETS
from hotdish_todo.writers.plain_json import plain
from hotdish_todo.writers.target import Fate, Options

GRAPH = "graph"

app = typer.Typer(
    name="hotdish-todo",
    help="Get everything out of Microsoft To Do, nothing lost.\n\n"
    "First make a backup (read), then convert it or send it. Nothing leaves this computer "
    "except by 'send' and by 'read graph'.",
    epilog="Example: hotdish-todo read -o backup.json; hotdish-todo convert backup.json asana",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print results only.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
BackupFile = Annotated[Path, typer.Argument(metavar="BACKUP", help="A backup or dump file.")]
ZoneName = Annotated[
    str | None,
    typer.Option("--timezone", help="Your zone, as Europe/Berlin. Default: this computer's."),
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="hotdish-todo")
    except TodoError as error:
        Terminal.open().err.print(f"hotdish-todo: {error}", markup=False)
        return error.exit_code
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _print_version(*, wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"hotdish-todo {version('hotdish-todo')}\n")
        raise typer.Exit


@app.callback()
def _options(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version.",
            callback=lambda value: _print_version(wanted=value),
            is_eager=True,
        ),
    ] = False,
) -> None:
    pass


@app.command()
def find(*, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """List the browser profiles and apps on this computer that hold To Do data."""
    terminal = Terminal.open(quiet=quiet, as_json=as_json)
    found = list(find_accounts(places()))
    if as_json:
        terminal.json([one.json() for one in found])
    elif found:
        terminal.out.print(_found_table(found))
        terminal.say("Read one with: hotdish-todo read PATH -o backup.json")
    if not found:
        msg = (
            "No To Do data found on this computer. Open https://to-do.office.com or "
            "https://to-do.live.com in a browser, wait until your lists show, and try again"
        )
        raise TodoError(msg)


@app.command("snippet")
def print_snippet(
    *,
    bookmarklet: Annotated[bool, typer.Option("--bookmarklet", help="As a bookmark.")] = False,
    userscript: Annotated[bool, typer.Option("--userscript", help="As a userscript.")] = False,
) -> None:
    """Print the script that saves To Do's data from inside any browser."""
    terminal = Terminal.open()
    if bookmarklet and userscript:
        msg = "Choose one of --bookmarklet and --userscript"
        raise UsageError(msg)
    if bookmarklet:
        terminal.data(snippet.bookmarklet())
    elif userscript:
        terminal.data(snippet.userscript())
    else:
        terminal.data(snippet.console_script())
        terminal.say("\nOpen To Do in the browser, press F12, paste this into the console.")


@app.command()
def read(
    source: Annotated[
        str | None,
        typer.Argument(
            help="A dump, a browser profile or part of one, todosqlite.db, or 'graph'; "
            "nothing: what 'find' finds."
        ),
    ] = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="The backup to write.")] = Path(
        "to-do-backup.json"
    ),
    account: Annotated[
        str | None, typer.Option("--account", help="The account's first letters, or 'all'.")
    ] = None,
    allow_unreadable: Annotated[
        bool,
        typer.Option("--allow-unreadable", help="Write the backup even if records are missing."),
    ] = False,
    token_file: Annotated[
        Path | None, typer.Option("--token-file", help="graph: a file with an access token.")
    ] = None,
    client_id: Annotated[
        str | None,
        typer.Option("--client-id", help="graph: your app registration; signs in by a code."),
    ] = None,
    graph_url: Annotated[str, typer.Option("--graph-url", hidden=True)] = GRAPH_URL,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Read To Do's data into one lossless backup file."""
    terminal = Terminal.open(quiet=quiet, as_json=as_json)
    with ExitStack() as stack:
        if source == GRAPH:
            token = _graph_token(token_file, client_id, terminal)
            client = GraphClient(token, graph_url, on_pause=terminal.say)
            opened = stack.enter_context(open_graph(stack.enter_context(client), terminal.say))
            terminal.say(WARNING)
        else:
            opened = stack.enter_context(_open(source, account))
        advance = stack.enter_context(terminal.progress("Reading", opened.n_records))
        written = write_backup(
            output,
            opened.info,
            opened.databases,
            allow_unreadable=allow_unreadable,
            on_record=advance,
        )
    for problem in written.problems:
        terminal.say(f"Unreadable: {problem}")
    if written.problems and not allow_unreadable:
        msg = (
            f"{len(written.problems)} records could not be read, so {output} was not written. "
            "Use the console script (hotdish-todo snippet), or --allow-unreadable"
        )
        raise UnreadableInputError(msg)
    if as_json:
        terminal.json(
            {"output": str(output), "counts": written.counts, "unreadable": len(written.problems)}
        )
    terminal.say(f"Wrote {output}: {_counts_text(written.counts)}")
    if written.problems:
        raise typer.Exit(1)


@app.command()
def check(backup: BackupFile, *, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Verify that a backup is whole, and say what in it is not understood."""
    terminal = Terminal.open(quiet=quiet, as_json=as_json)
    loaded = read_backup(backup)
    verdict = check_backup(loaded, map_backup(loaded))
    if as_json:
        terminal.json(
            {"findings": verdict.findings, "remarks": verdict.remarks, "counts": verdict.counts}
        )
    else:
        for finding in verdict.findings:
            terminal.data(f"wrong: {finding}")
        for remark in verdict.remarks:
            terminal.data(f"note: {remark}")
    if verdict.findings:
        raise typer.Exit(1)
    terminal.say(f"{backup} is whole: {_counts_text(verdict.counts)}")


@app.command()
def show(
    backup: BackupFile,
    *,
    only: Annotated[
        str | None, typer.Option("--list", help="Only lists with this in their title.")
    ] = None,
    notes: Annotated[bool, typer.Option("--notes", help="Show the notes, too.")] = False,
    timezone: ZoneName = None,
    as_json: AsJson = False,
) -> None:
    """Print lists, tasks and steps as a tree."""
    terminal = Terminal.open(as_json=as_json)
    todo = _load(backup, timezone)
    if as_json:
        terminal.json(plain(todo.lists))
    else:
        terminal.out.print(tree_of(todo, only=only, with_notes=notes))


@app.command()
def convert(
    backup: BackupFile,
    target: Annotated[str, typer.Argument(help=f"One of: {', '.join(TARGETS)}.")],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The folder to write into.")
    ] = None,
    timezone: ZoneName = None,
    fold: Annotated[
        bool,
        typer.Option(
            "--fold/--no-fold", help="Put what the target has no field for into the note."
        ),
    ] = True,
    excel_safe: Annotated[
        bool, typer.Option("--excel-safe", help="Keep spreadsheets from running cells as formulas.")
    ] = False,
    max_rows: Annotated[
        int, typer.Option("--max-rows", min=2, help="Rows in one file for Asana.")
    ] = 1900,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Convert a backup into the files of another program, with a loss report."""
    terminal = Terminal.open(quiet=quiet, as_json=as_json)
    if target not in TARGETS:
        msg = f"No target {target!r}. There are: {', '.join(TARGETS)}"
        raise UsageError(msg)
    folder = output or Path(f"to-do-{target}")
    options = Options(
        local=_zone(timezone),
        now=dt.datetime.now(tz=dt.UTC),
        fold=fold,
        excel_safe=excel_safe,
        max_rows=max_rows,
    )
    report = convert_backup(_load(backup, timezone), TARGETS[target], folder, options)
    if as_json:
        terminal.json(report.json())
    for field, count in report.counts.items():
        if count and report.fates[field] is Fate.LOST:
            terminal.say(f"Lost: {field} ({count})")
    for warning in report.warnings:
        terminal.say(f"Note: {warning}")
    for nth, line in enumerate(TARGETS[target].guide, start=1):
        terminal.say(f"{nth}. {line}")
    terminal.say(
        f"Wrote {report.written.tasks} tasks and {report.written.steps} steps into {folder}; "
        f"what became of each field: {folder / REPORT}.md"
    )


@app.command("send")
def send_to(
    backup: BackupFile,
    target: Annotated[str, typer.Argument(help="asana")],
    *,
    project: Annotated[
        str | None, typer.Option("--project", help="Into this project, a section for each list.")
    ] = None,
    workspace: Annotated[
        str | None,
        typer.Option("--workspace", help="Into new projects here, one for each list group."),
    ] = None,
    team: Annotated[
        str | None, typer.Option("--team", help="The team of new projects, in an organisation.")
    ] = None,
    rate: Annotated[
        float, typer.Option("--rate", min=1, help="Requests a minute; 1500 on a paid plan.")
    ] = FREE_RATE,
    journal: Annotated[
        Path | None, typer.Option("--journal", help="What was made so far; beside the backup.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be made, send nothing.")
    ] = False,
    timezone: ZoneName = None,
    fold: Annotated[
        bool, typer.Option("--fold/--no-fold", help="Put what Asana has no field for into notes.")
    ] = True,
    url: Annotated[str, typer.Option("--url", hidden=True)] = ASANA_URL,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Send a backup to Asana over its API; the token is read from ASANA_ACCESS_TOKEN."""
    terminal = Terminal.open(quiet=quiet, as_json=as_json)
    if target != "asana":
        msg = f"No target {target!r} to send to. There is: asana"
        raise UsageError(msg)
    if (project is None) == (workspace is None):
        msg = "Say where to, by either --project or --workspace and the number in its address"
        raise UsageError(msg)
    destination = Destination(project, workspace, team)
    options = Options(local=_zone(timezone), now=dt.datetime.now(tz=dt.UTC), fold=fold)
    items = list(plan_items(_load(backup, timezone), destination, options))
    if dry_run:
        _print_plan(terminal, items, rate)
        return
    token = os.environ.get("ASANA_ACCESS_TOKEN")
    if not token:
        msg = (
            "No token in ASANA_ACCESS_TOKEN. Make a personal access token at "
            "https://app.asana.com/0/my-apps and put it there"
        )
        raise UsageError(msg)
    noted = journal or backup.with_name(f"{backup.name}.asana-journal")
    with (
        AsanaClient(token, url, rate, on_pause=terminal.say) as client,
        Journal(noted, str(destination)) as opened,
        terminal.progress("Sending", len(items)) as advance,
    ):
        n_made = send(items, client, opened, destination, advance)
    if as_json:
        terminal.json({"made": n_made, "planned": len(items), "journal": str(noted)})
    terminal.say(f"Made {n_made} of {len(items)} things in Asana, {len(items) - n_made} were there")


def _graph_token(token_file: Path | None, client_id: str | None, terminal: Terminal) -> str:
    if token_file is not None:
        try:
            return token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            msg = f"{token_file} cannot be read: {error}"
            raise UnreadableInputError(msg) from None
    if client_id is not None:
        return sign_in(client_id, terminal.say)
    msg = "Graph wants --token-file FILE, or --client-id ID of an app that you registered"
    raise UsageError(msg)


def _print_plan(terminal: Terminal, items: Sequence[Item], rate: float) -> None:
    depth = {Kind.PROJECT: 0, Kind.SECTION: 1, Kind.TASK: 2, Kind.SUBTASK: 3}
    for item in items:
        fields = dict(item.fields)
        box = f"[{'x' if fields['completed'] else ' '}] " if "completed" in fields else ""
        due = f", due {fields['due_on']}" if "due_on" in fields else ""
        indent = "  " * (depth[item.kind] - 1)
        terminal.data(f"{indent}{item.kind} {box}{item.name}{due}")
    requests = n_requests(items)
    terminal.say(f"{requests} requests, about {requests / rate:.1f} minutes at {rate:.0f} a minute")


def _open(source: str | None, account: str | None) -> AbstractContextManager[Source]:
    if source is not None:
        return open_path(Path(source), account)
    found = [one for one in find_accounts(places()) if not one.problem]
    if not found:
        msg = "Nothing to read was found on this computer. Name a SOURCE, or see: hotdish-todo find"
        raise UnreadableInputError(msg)
    chosen = [one for one in found if not account or one.account.startswith(account)]
    if len({one.place.path for one in chosen}) != 1:
        lines = "".join(
            f'\n  hotdish-todo read "{one.place.path}" --account {one.account}' for one in found
        )
        msg = f"Several places hold To Do data. Choose one:{lines}"
        raise UsageError(msg)
    return open_place(chosen[0].place, account)


def _load(backup: Path, timezone: str | None) -> ToDo:
    todo = map_backup(read_backup(backup), _zone(timezone))
    if not todo.lists:
        msg = f"{backup} holds no lists and no tasks. See what it holds with: hotdish-todo check"
        raise UnreadableInputError(msg)
    return todo


def _zone(name: str | None) -> dt.tzinfo:
    if name is None:
        return tzlocal.get_localzone()
    known = zone(name)
    if known is None:
        msg = f"No time zone {name!r}. Name it as Europe/Berlin or America/New_York"
        raise UsageError(msg)
    return known


def _counts_text(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "no records"


def _found_table(found: Sequence[Found]) -> Table:
    table = Table("Program", "Profile", "Account", "Lists", "Tasks", "Steps", "Path", box=None)
    for one in found:
        numbers = [str(one.counts.get(name, "")) for name in ("lists", "tasks", "steps")]
        path = one.problem or str(one.place.path)
        table.add_row(one.place.program, one.place.profile, one.account, *numbers, path)
    return table
