"""Splits and joins Windows command lines by the rules of Microsoft's C run-time.

https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
.NET splits by the same rules on every system, so a row's arguments mean the same everywhere.
"""

from __future__ import annotations

import re

# White space parts arguments outside quotes; 2n backslashes before a quote are n backslashes,
# one more makes the quote an ordinary character; "" inside quotes is one quote.
_PIECE = re.compile(
    r'(?P<slashes>\\+)(?P<quote>"?)|(?P<double>"")|(?P<toggle>")|(?P<blank>[ \t])|.', re.DOTALL
)


def split_windows(text: str) -> list[str]:
    r"""Split a raw command line tail into the arguments that a Windows program sees.

    >>> split_windows(r'"C:\Program Files\a.txt" /p "say ""hi"" now"')
    ['C:\\Program Files\\a.txt', '/p', 'say "hi" now']
    >>> split_windows(r"it's C:\temp\ /q")
    ["it's", 'C:\\temp\\', '/q']
    """
    arguments: list[str] = []
    current: list[str] | None = None
    is_quoted = False
    position = 0
    while match := _PIECE.match(text, position):
        position = match.end()
        if match["blank"] and not is_quoted:
            if current is not None:
                arguments.append("".join(current))
            current = None
            continue
        current = [] if current is None else current
        if match["double"] and is_quoted:
            current.append('"')
        elif match["double"]:
            is_quoted = True
            position -= 1
        elif match["toggle"]:
            is_quoted = not is_quoted
        elif match["slashes"] and match["quote"]:
            current.append("\\" * (len(match["slashes"]) // 2))
            if len(match["slashes"]) % 2:
                current.append('"')
            else:
                position -= 1
        else:
            current.append(match[0])
    if current is not None:
        arguments.append("".join(current))
    return arguments


def join_windows(arguments: list[str] | tuple[str, ...]) -> str:
    r"""Join arguments so that `split_windows` gives them back.

    >>> join_windows(["a b", 'say "hi"', "C:\\x y\\"])
    '"a b" "say \\"hi\\"" "C:\\x y\\\\"'
    """
    return " ".join(map(_quoted, arguments))


def quote_always(text: str) -> str:
    r"""Quote a program or script path, also where no character asks for it.

    >>> quote_always(r".\a.ps1")
    '".\\a.ps1"'
    """
    return '"' + re.sub(r'(\\*)("|$)', r"\1\1\2", text).replace('"', '\\"') + '"'


def _quoted(argument: str) -> str:
    if argument and not re.search(r'[\s"]', argument):
        return argument
    return quote_always(argument)
