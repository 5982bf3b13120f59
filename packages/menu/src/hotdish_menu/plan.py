"""Says exactly what an item starts on a system: a pure function, no input or output.

The lines of the five original methods are those of PSScriptMenuGui 1.0.1; its working directory
in practice is the file's own folder, so that is the rule here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hotdish_menu.answers import (
    BATCH_FILES,
    fill,
    filled_arguments,
    raw_arguments,
    refuse_unsafe_for_batch,
)
from hotdish_menu.elevation import elevated
from hotdish_menu.errors import PlanError
from hotdish_menu.launch_plan import FOR_PANE, SCRIPT_PLACE, TOO_LONG, LaunchPlan, Options, Script
from hotdish_menu.methods import METHODS
from hotdish_menu.paths import native_path, working_directory
from hotdish_menu.powershell import plan_powershell

if TYPE_CHECKING:
    from hotdish_menu.methods import Method
    from hotdish_menu.model import Item, Platform

_RUNS_BATCH = (*BATCH_FILES, "cmd", "cmd.exe")


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
        cwd=working_directory(item, platform, options.folder),
        env=_environment(item, options),
        encoding=item.encoding,
        timeout_s=item.timeout_s,
        secret_variables=frozenset(p.variable for p in item.prompts if p.is_secret),
        notes=_missing_answers(item, options),
    )
    planned = _FAMILIES[method.family](item, method, draft, options)
    if item.is_admin:
        planned = elevated(item, planned)
    return replace(planned, env={**FOR_PANE, **planned.env}) if planned.mode == "pane" else planned


def _plan_cmd(item: Item, _method: Method, draft: LaunchPlan, options: Options) -> LaunchPlan:
    if item.arguments or item.script_arguments or item.output:
        mode = item.output or ("window" if draft.platform == "windows" else "pane")
        return _plan_program(item, replace(draft, mode=mode), options)
    command, notes = native_path(item.command, draft.platform)
    return replace(draft, mode="open", argv=(command,), notes=(*draft.notes, *notes))


def _plan_exe(item: Item, _method: Method, draft: LaunchPlan, options: Options) -> LaunchPlan:
    return _plan_program(item, draft, options)


def _plan_program(item: Item, draft: LaunchPlan, options: Options) -> LaunchPlan:
    command, notes = native_path(item.command, draft.platform)
    draft = replace(draft, argv=(command,), notes=(*draft.notes, *notes))
    if draft.platform != "windows":
        arguments = filled_arguments(
            f"{item.arguments} {item.script_arguments}", item, options.values
        )
        return replace(draft, argv=(command, *arguments))
    if command.casefold().endswith(_RUNS_BATCH):
        refuse_unsafe_for_batch(item, options.values)
    tail = [
        raw_arguments(item.arguments, item, options.values),
        raw_arguments(item.script_arguments, item, options.values),
    ]
    return draft.with_parameters(" ".join(filter(None, tail)))


def _plan_script(item: Item, method: Method, draft: LaunchPlan, options: Options) -> LaunchPlan:
    program = options.python if method.program == "python" else method.program
    arguments = filled_arguments(f"{item.arguments} {item.script_arguments}", item, options.values)
    if not method.is_inline:
        command, notes = native_path(item.command, draft.platform)
        argv = (program, *method.before, command, *arguments)
        return replace(draft, argv=argv, notes=(*draft.notes, *notes))
    # A shell takes the first argument after its script for the script's own name.
    name = () if method.program == "python" else (method.program,)
    short = replace(draft, argv=(program, *method.before, item.command, *name, *arguments))
    if short.fits:
        return short
    before = tuple(argument for argument in method.before if argument != "-c")
    return replace(
        draft,
        argv=(program, *before, SCRIPT_PLACE, *arguments),
        script=Script(method.suffix, item.command),
        plain=item.command,
        notes=(*draft.notes, TOO_LONG),
    )


def _plan_open(item: Item, _method: Method, draft: LaunchPlan, options: Options) -> LaunchPlan:
    if item.method == "url":
        from urllib.parse import quote  # noqa: PLC0415 - only addresses need it

        quoted = {name: quote(value, safe="") for name, value in options.values.items()}
        address = fill(item.command, item, quoted)
        return replace(draft, mode="open", argv=(address,))
    command, notes = native_path(item.command, draft.platform)
    return replace(draft, mode="open", argv=(command,), notes=(*draft.notes, *notes))


# One function for each family of methods.
_FAMILIES = {
    "cmd": _plan_cmd,
    "powershell": plan_powershell,
    "script": _plan_script,
    "exe": _plan_exe,
    "open": _plan_open,
}


def _environment(item: Item, options: Options) -> dict[str, str]:
    answers = {p.variable: options.values[p.name] for p in item.prompts if p.name in options.values}
    return {**dict(item.env), **answers}


def _missing_answers(item: Item, options: Options) -> tuple[str, ...]:
    missing = [prompt.name for prompt in item.prompts if prompt.name not in options.values]
    return (f"Asked for before the start: {', '.join(missing)}",) if missing else ()
