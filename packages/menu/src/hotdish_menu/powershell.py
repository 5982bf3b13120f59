"""Plans what is handed to PowerShell: Windows PowerShell and PowerShell 7, files and inline."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING

from hotdish_menu.answers import filled_arguments, raw_arguments
from hotdish_menu.launch_plan import SCRIPT_PLACE, TOO_LONG, Script
from hotdish_menu.paths import native_path
from hotdish_menu.quoting import quote_always, split_windows

if TYPE_CHECKING:
    from hotdish_menu.launch_plan import LaunchPlan, Mode, Options
    from hotdish_menu.methods import Method
    from hotdish_menu.model import Item, Platform


def plan_powershell(item: Item, method: Method, draft: LaunchPlan, options: Options) -> LaunchPlan:
    """Plan a row of one of PowerShell's four methods; see `plan`."""
    before = ["-ExecutionPolicy", "Bypass", "-NoLogo", *["-NoExit"][: options.no_exit]]
    own, notes = _own_options(item.arguments, draft.platform)
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
        return _plan_inline(item, draft, start)
    return _plan_file(item, draft, start, options)


def _plan_inline(item: Item, draft: LaunchPlan, start: list[str]) -> LaunchPlan:
    draft = replace(draft, plain=item.command)
    encoded = base64.b64encode(item.command.encode("utf-16-le")).decode("ascii")
    if draft.platform == "windows":
        tail = [*start, "-EncodedCommand", quote_always(encoded)]
        short = draft.with_parameters(" ".join(filter(None, tail)))
    else:
        short = replace(draft, argv=(*draft.argv, "-EncodedCommand", encoded))
    if short.fits:
        return short
    # With a byte order mark, or Windows PowerShell takes the file for the old code page.
    script = Script(".ps1", item.command, "utf-8-sig")
    draft = replace(draft, script=script, notes=(*draft.notes, TOO_LONG))
    if draft.platform == "windows":
        tail = [*start, "-File", quote_always(SCRIPT_PLACE)]
        return draft.with_parameters(" ".join(filter(None, tail)))
    return replace(draft, argv=(*draft.argv, "-File", SCRIPT_PLACE))


def _plan_file(item: Item, draft: LaunchPlan, start: list[str], options: Options) -> LaunchPlan:
    command, notes = native_path(item.command, draft.platform)
    draft = replace(draft, notes=(*draft.notes, *notes))
    if draft.platform == "windows":
        own = raw_arguments(item.script_arguments, item, options.values)
        tail = [*start, "-File", quote_always(command), own]
        return draft.with_parameters(" ".join(filter(None, tail)))
    own_items = filled_arguments(item.script_arguments, item, options.values)
    return replace(draft, argv=(*draft.argv, "-File", command, *own_items))


def _own_options(arguments: str, platform: Platform) -> tuple[list[str], list[str]]:
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
