"""Stands in for `pwsh` and `powershell.exe`: reads its options as they do, and records them.

What it refuses, PowerShell refuses: unknown options end with 64, and on Linux and macOS so do
-WindowStyle, -STA and -MTA (CommandLineParameterParser.cs). It runs no PowerShell: it records
the script it was given, prints a line, and ends with FAKE_PWSH_EXIT.
"""

import base64
import json
import os
import sys
from pathlib import Path

WITH_VALUE = {
    "-executionpolicy",
    "-windowstyle",
    "-workingdirectory",
    "-inputformat",
    "-outputformat",
    "-configurationname",
}
FLAGS = {"-nologo", "-noprofile", "-noninteractive", "-noexit", "-sta", "-mta", "-login"}
WINDOWS_ONLY = {"-windowstyle", "-sta", "-mta"}


def main() -> int:
    """Read the options, record them, and end as asked."""
    is_unix = Path(sys.argv[0]).name == "pwsh"
    words = sys.argv[1:]
    record: dict[str, object] = {
        "program": Path(sys.argv[0]).name,
        "argv": words.copy(),
        "cwd": str(Path.cwd()),
        "menu_variables": {k: v for k, v in os.environ.items() if k.startswith("MENU_")},
        "options": [],
    }
    options: list[str] = []
    while words:
        option = words.pop(0).casefold()
        if is_unix and option in WINDOWS_ONLY:
            print(f"The argument {option} is not implemented on this platform.", file=sys.stderr)
            return 64
        if option in WITH_VALUE:
            options.append(f"{option} {words.pop(0)}")
        elif option in FLAGS:
            options.append(option)
        elif option in {"-encodedcommand", "-ec", "-e"}:
            record["script"] = base64.b64decode(words.pop(0), validate=True).decode("utf-16-le")
        elif option in {"-file", "-f"}:
            path = Path(words[0])
            record |= {"file": words[0], "arguments": words[1:], "exists": path.is_file()}
            if path.is_file():
                record["text"] = path.read_bytes().decode("utf-8")
            words = []
        else:
            print(f"The argument {option!r} is not recognized.", file=sys.stderr)
            return 64
    record["options"] = options
    with Path(os.environ["FAKE_PWSH_LOG"]).open("a", encoding="utf-8") as log:
        log.write(json.dumps(record) + "\n")
    print("PowerShell ran", flush=True)
    return int(os.environ.get("FAKE_PWSH_EXIT", "0"))


if __name__ == "__main__":
    sys.exit(main())
