"""Understands the option names of PSScriptMenuGui, for people who move over."""

from __future__ import annotations

# PowerShell's name, in lower case -> ours; None if the word is taken and nothing follows from it.
NAMES: dict[str, str | None] = {
    "-csvpath": "",
    "-windowtitle": "--title",
    "-buttonforegroundcolor": "--button-foreground",
    "-buttonbackgroundcolor": "--button-background",
    "-iconpath": "--icon",
    # A console is hidden by starting hotdish-menu-window, which never has one.
    "-hideconsole": None,
    "-noexit": "--no-exit",
    "-verbose": "--verbose",
}


def translate(words: list[str]) -> list[str]:
    """Put our option names in place of PowerShell's, in any case and with `:value` or `$true`.

    >>> translate(["-csvPath", "a.csv", "-NoExit:$true", "-windowTitle:Tools"])
    ['a.csv', '--no-exit', '--title', 'Tools']
    """
    translated: list[str] = []
    for word in words:
        name, colon, value = word.partition(":")
        if name.casefold() not in NAMES:
            translated.append(word)
            continue
        ours = NAMES[name.casefold()]
        is_off = value.casefold() in {"$false", "false", "0"}
        if ours is None or is_off:
            continue
        translated += [ours] if ours else []
        if colon and value.casefold() not in {"$true", "true", "1"}:
            translated.append(value)
    return translated
