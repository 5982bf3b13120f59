"""The methods a row can name, as one explicit table.

To add one: a line here, and if its family is new, a function in `plan.py`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Family = Literal["cmd", "powershell", "script", "exe", "open"]


class Method(NamedTuple):
    """How one method starts its command."""

    family: Family
    summary: str
    program: str = ""
    is_inline: bool = False
    before: tuple[str, ...] = ()
    """Arguments between the program and the script."""
    suffix: str = ""
    """Ending of a temporary script file, for commands too long for a command line."""


METHODS = {
    "cmd": Method("cmd", "a program, document, folder or address, as Windows opens it"),
    "powershell_file": Method("powershell", "a .ps1 file, Windows PowerShell", "powershell"),
    "powershell_inline": Method(
        "powershell", "PowerShell commands, Windows PowerShell", "powershell", is_inline=True
    ),
    "pwsh_file": Method("powershell", "a .ps1 file, PowerShell 7", "pwsh"),
    "pwsh_inline": Method(
        "powershell", "PowerShell commands, PowerShell 7", "pwsh", is_inline=True
    ),
    "python_file": Method("script", "a Python script", "python", before=("-u",)),
    "python_inline": Method(
        "script", "Python statements", "python", is_inline=True, before=("-u", "-c"), suffix=".py"
    ),
    "uv_file": Method(
        "script", "a Python script that names its packages", "uv", before=("run", "--script")
    ),
    "bash_file": Method("script", "a bash script", "bash"),
    "bash_inline": Method(
        "script", "bash commands", "bash", is_inline=True, before=("-c",), suffix=".sh"
    ),
    "sh_file": Method("script", "a shell script", "sh"),
    "sh_inline": Method(
        "script", "shell commands", "sh", is_inline=True, before=("-c",), suffix=".sh"
    ),
    "exe": Method("exe", "a program and its arguments, without a shell"),
    "url": Method("open", "an address, in the browser"),
    "folder": Method("open", "a folder, in the file manager"),
    "file": Method("open", "a document, in its program"),
}
