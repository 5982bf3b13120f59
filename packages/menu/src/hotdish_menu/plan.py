"""Says exactly what an item starts on a system: a pure function, no input or output.

The lines of the five original methods are those of PSScriptMenuGui 1.0.1; its working directory
in practice is the file's own folder, so that is the rule here.
"""

from __future__ import annotations

import base64
import ntpath
import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from hotdish_menu.errors import PlanError
from hotdish_menu.launch_plan import SCRIPT_PLACE, LaunchPlan, Options, Script
from hotdish_menu.methods import METHODS
from hotdish_menu.quoting import join_windows, quote_always, split_windows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotdish_menu.launch_plan import Mode
    from hotdish_menu.methods import Method
    from hotdish_menu.model import Item, Platform

# Windows takes 32,767 characters for a whole command line; Linux 128 KiB for one argument.
LONGEST_COMMAND_LINE = 32_766
LONGEST_ARGUMENT = 131_071

# cmd.exe reads these even inside quotes (CVE-2024-24576), so no answer may hold them there.
_UNSAFE_FOR_BATCH = re.compile(r'["%!^&|<>\r\n]')
_RUNS_BATCH = (".cmd", ".bat", "cmd", "cmd.exe")


def plan(item: Item, platform: Platform, options: Options) -> LaunchPlan:
    """Plan the start of an item.

    Raises:
        PlanError: the item cannot be started on this system, or not with these answers.
    """
    if item.trouble:
        msg = f"{item.label!r} cannot be started: {item.trouble}"
        raise PlanError(msg)
    method = METHODS[item.method]
    draft = LaunchPlan(
        platform=platform,
        mode=item.output or "pane",
        argv=(),
        cwd=_working_directory(item, platform, options),
        env=_environment(item, options),
        encoding=item.encoding,
        timeout_s=item.timeout_s,
        secret_variables=frozenset(p.variable for p in item.prompts if p.is_secret),
        notes=_missing_answers(item, options),
    )
    planned = _FAMILIES[method.family](item, method, draft, options)
    if planned.mode == "pane":
        # A script's output is wanted when it is written, and in an encoding that is known.
        planned = replace(planned, env={"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", **planned.env})
    return _elevated(item, planned) if item.is_admin else planned


def _plan_cmd(item: Item, _method: Method, draft: LaunchPlan, options: Options) -> LaunchPlan:
    if item.arguments or item.script_arguments or item.output:
        mode = item.output or ("window" if draft.platform == "windows" else "pane")
        return _plan_program(item, replace(draft, mode=mode), options)
    command, notes = _native_path(item.command, draft.platform)
    return replace(draft, mode="open", argv=(command,), notes=(*draft.notes, *notes))


def _plan_exe(item: Item, _method: Method, draft: LaunchPlan, options: Options) -> LaunchPlan:
    return _plan_program(item, draft, options)


def _plan_program(item: Item, draft: LaunchPlan, options: Options) -> LaunchPlan:
    command, notes = _native_path(item.command, draft.platform)
    draft = replace(draft, argv=(command,), notes=(*draft.notes, *notes))
    if draft.platform != "windows":
        arguments = _filled(f"{item.arguments} {item.script_arguments}", item, options)
        return replace(draft, argv=(command, *arguments))
    if command.casefold().endswith(_RUNS_BATCH):
        _refuse_unsafe_for_batch(item, options)
    tail = [_raw(item.arguments, item, options), _raw(item.script_arguments, item, options)]
    return draft.with_parameters(" ".join(filter(None, tail)))


def _plan_powershell(item: Item, method: Method, draft: LaunchPlan, options: Options) -> LaunchPlan:
    before = ["-ExecutionPolicy", "Bypass", "-NoLogo", *["-NoExit"][: options.no_exit]]
    own, notes = _powershell_options(item.arguments, draft.platform)
    stays = options.no_exit or any(option.casefold() == "-noexit" for option in own)
    if draft.platform == "windows":
        mode: Mode = item.output or "window"
        start = [*before, item.arguments]
        program = f"{method.program}.exe"
    else:
        mode = item.output or ("window" if stays else "pane")
        program = "pwsh"
        if method.program != program:
            notes.append("Windows PowerShell is not made for this system; PowerShell 7 runs it")
        start = []
    if stays and mode == "pane":
        notes.append("-NoExit keeps PowerShell open for more commands: type them below the output")
    draft = replace(draft, mode=mode, argv=(program,), notes=(*draft.notes, *notes))
    if draft.platform != "windows":
        draft = replace(draft, argv=(program, *before, *own))
    if method.is_inline:
        return _powershell_inline(item, draft, start)
    return _powershell_file(item, draft, start, options)


def _powershell_inline(item: Item, draft: LaunchPlan, start: list[str]) -> LaunchPlan:
    encoded = base64.b64encode(item.command.encode("utf-16-le")).decode("ascii")
    if draft.platform == "windows":
        tail = [*start, "-EncodedCommand", quote_always(encoded)]
        short = draft.with_parameters(" ".join(filter(None, tail)))
    else:
        short = replace(draft, argv=(*draft.argv, "-EncodedCommand", encoded))
    if _fits(short):
        return short
    # With a byte order mark, or Windows PowerShell takes the file for the old code page.
    script = Script(".ps1", item.command, "utf-8-sig")
    draft = replace(draft, script=script, notes=(*draft.notes, _too_long()))
    if draft.platform == "windows":
        tail = [*start, "-File", quote_always(SCRIPT_PLACE)]
        return draft.with_parameters(" ".join(filter(None, tail)))
    return replace(draft, argv=(*draft.argv, "-File", SCRIPT_PLACE))


def _powershell_file(
    item: Item, draft: LaunchPlan, start: list[str], options: Options
) -> LaunchPlan:
    command, notes = _native_path(item.command, draft.platform)
    draft = replace(draft, notes=(*draft.notes, *notes))
    if draft.platform == "windows":
        own = _raw(item.script_arguments, item, options)
        tail = [*start, "-File", quote_always(command), own]
        return draft.with_parameters(" ".join(filter(None, tail)))
    own_items = _filled(item.script_arguments, item, options)
    return replace(draft, argv=(*draft.argv, "-File", command, *own_items))


def _plan_script(item: Item, method: Method, draft: LaunchPlan, options: Options) -> LaunchPlan:
    program = options.python if method.program == "python" else method.program
    arguments = _filled(f"{item.arguments} {item.script_arguments}", item, options)
    if not method.is_inline:
        command, notes = _native_path(item.command, draft.platform)
        argv = (program, *method.before, command, *arguments)
        return replace(draft, argv=argv, notes=(*draft.notes, *notes))
    # A shell takes the first argument after its script for the script's own name.
    name = () if method.program == "python" else (method.program,)
    short = replace(draft, argv=(program, *method.before, item.command, *name, *arguments))
    if _fits(short):
        return short
    before = tuple(argument for argument in method.before if argument != "-c")
    return replace(
        draft,
        argv=(program, *before, SCRIPT_PLACE, *arguments),
        script=Script(method.suffix, item.command),
        notes=(*draft.notes, _too_long()),
    )


def _plan_open(item: Item, _method: Method, draft: LaunchPlan, options: Options) -> LaunchPlan:
    if item.method == "url":
        from urllib.parse import quote  # noqa: PLC0415 - only addresses need it

        quoted = {name: quote(value, safe="") for name, value in options.values.items()}
        address = _fill(item.command, _names(item), quoted)
        return replace(draft, mode="open", argv=(address,))
    command, notes = _native_path(item.command, draft.platform)
    return replace(draft, mode="open", argv=(command,), notes=(*draft.notes, *notes))


# One function for each family of methods.
_FAMILIES = {
    "cmd": _plan_cmd,
    "powershell": _plan_powershell,
    "script": _plan_script,
    "exe": _plan_exe,
    "open": _plan_open,
}


def _elevated(item: Item, planned: LaunchPlan) -> LaunchPlan:
    """Ask the system for administrator rights, in the way each system has."""
    own_env = {k: v for k, v in planned.env.items() if not k.startswith("PYTHON")}
    if planned.secret_variables:
        msg = (
            f"{item.label!r} asks for a password and runs as administrator, where it cannot be "
            "handed over unseen. Let the script ask for it"
        )
        raise PlanError(msg)
    if planned.platform == "windows":
        if own_env:
            msg = (
                f"{item.label!r} runs as administrator, where Windows passes on no environment "
                "variables. Hand answers over as {name} in ScriptArguments, and leave Env empty"
            )
            raise PlanError(msg)
        note = (
            "Windows asks for permission and opens a window of its own; its output is not seen here"
        )
        return replace(
            planned, mode="window", is_elevated=True, env={}, notes=(*planned.notes, note)
        )
    settings = [f"{name}={value}" for name, value in own_env.items()]
    argv = ("env", *settings, *planned.argv) if settings else planned.argv
    if planned.platform == "macos":
        return replace(planned, mode="window", is_elevated=True, argv=("sudo", "--", *argv))
    # pkexec starts in root's home; the shell only goes back to where the item belongs.
    return replace(
        planned,
        is_elevated=True,
        argv=("pkexec", "sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", planned.cwd, *argv),
    )


def _working_directory(item: Item, platform: Platform, options: Options) -> str:
    if not item.working_directory:
        return options.folder
    path = ntpath if platform == "windows" else posixpath
    wanted, _ = _native_path(item.working_directory, platform)
    return str(path.normpath(path.join(options.folder, wanted)))


def _environment(item: Item, options: Options) -> dict[str, str]:
    answers = {p.variable: options.values[p.name] for p in item.prompts if p.name in options.values}
    return {**dict(item.env), **answers}


def _missing_answers(item: Item, options: Options) -> tuple[str, ...]:
    missing = [prompt.name for prompt in item.prompts if prompt.name not in options.values]
    return (f"Asked for before the start: {', '.join(missing)}",) if missing else ()


def _native_path(command: str, platform: Platform) -> tuple[str, list[str]]:
    r"""Turn `.\script.ps1` into `./script.ps1` where backslashes part nothing."""
    if platform == "windows" or "\\" not in command or "://" in command:
        return command, []
    native = command.replace("\\", "/")
    return native, [f"{command} is written {native} on this system"]


def _powershell_options(arguments: str, platform: Platform) -> tuple[list[str], list[str]]:
    """Split PowerShell's own options, less those that exist on Windows only."""
    words = split_windows(arguments)
    if platform == "windows":
        return words, []
    kept: list[str] = []
    dropped: list[str] = []
    while words:
        word = words.pop(0)
        option = word[1:].casefold() if word[:1] in {"-", "/"} else ""
        if option in {"sta", "mta"}:
            dropped.append(word)
        elif option and "windowstyle".startswith(option):
            dropped.append(" ".join([word, *words[:1]]))
            words = words[1:]
        else:
            kept.append(word)
    return kept, [f"{option} works on Windows only and is left out" for option in dropped]


def _names(item: Item) -> list[str]:
    return [prompt.name for prompt in item.prompts if not prompt.is_secret]


def _fill(text: str, names: list[str], values: Mapping[str, str]) -> str:
    """Put the answers in place of `{name}`; unanswered ones stay as they are."""
    return re.sub(
        r"\{(\w+)\}",
        lambda m: values.get(m[1], m[0]) if m[1] in names else m[0],
        text,
    )


def _filled(arguments: str, item: Item, options: Options) -> list[str]:
    """Split arguments first and fill in answers after, so that no answer becomes two of them."""
    names = _names(item)
    filled = []
    for argument in split_windows(arguments):
        text = _fill(argument, names, options.values)
        if argument.startswith("{") and text.startswith("-") and argument != text:
            _refuse_option(item, argument, text)
        filled.append(text)
    return filled


def _raw(arguments: str, item: Item, options: Options) -> str:
    """Give arguments as the raw text they are, unless answers have to be put in."""
    if any(f"{{{name}}}" in arguments for name in _names(item)):
        return join_windows(_filled(arguments, item, options))
    return arguments


def _refuse_option(item: Item, argument: str, text: str) -> None:
    kinds = {f"{{{prompt.name}}}": prompt.kind for prompt in item.prompts}
    if kinds.get(argument) != "number":
        msg = (
            f"{text!r} for {argument} starts with a dash and would be read as an option. "
            f"Answer without the dash, or let the file say --option={argument}"
        )
        raise PlanError(msg)


def _refuse_unsafe_for_batch(item: Item, options: Options) -> None:
    for name in _names(item):
        value = options.values.get(name, "")
        used = f"{{{name}}}" in item.arguments + item.script_arguments
        if used and (found := _UNSAFE_FOR_BATCH.search(value)):
            msg = (
                f"The answer for {name!r} holds {found[0]!r}, which a Windows command script "
                "would run as a command. Answer without it"
            )
            raise PlanError(msg)


def _fits(planned: LaunchPlan) -> bool:
    if planned.platform == "windows":
        return len(planned.command_line or "") <= LONGEST_COMMAND_LINE
    return all(len(argument.encode()) <= LONGEST_ARGUMENT for argument in planned.argv)


def _too_long() -> str:
    return "The commands are too long for a command line and go through a temporary script file"
