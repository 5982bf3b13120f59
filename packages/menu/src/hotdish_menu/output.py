"""Turns the bytes a script prints into text that a window can show."""

from __future__ import annotations

import codecs
import html
import locale
import re

# A sequence that is still incomplete is held back for the next bytes, up to this length.
_LONGEST_ESCAPE = 256
_LONGEST_CLIXML = 2**20

_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # colours, cursor
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)"  # window title, links
    r"|[PX^_][^\x1b]*\x1b\\"
    r"|[ -/]*[0-Z\\^-~])"
)
_UNFINISHED_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[PX^_][^\x1b]*\x1b?|[ -/]*)$"
)
_CONTROLS = re.compile(r"[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")
_REWRITTEN = re.compile(r"[^\n]*\r")
_BACKSPACE = re.compile(r"[^\n\x08]\x08|^\x08")

# PowerShell writes errors and progress as XML where it has no console (PowerShell issue 5912).
_CLIXML = re.compile(
    r"(?:#< CLIXML\s*)?<Objs Version=.*?</Objs>\s*|#< CLIXML[ \t]*\r?\n", re.DOTALL
)
_UNFINISHED_CLIXML = re.compile(r"(?:#< CLIXML\s*)?<Objs Version=(?:(?!</Objs>).)*$", re.DOTALL)
# The first letters of it at the start of a line may become it with the next bytes.
_BEGUN_CLIXML = re.compile(
    r"^(?:#< CLIXML\s*)?(?:"
    + "|".join(
        re.escape(word[:n])
        for word in ("#< CLIXML\r", "<Objs Version=")
        for n in range(len(word), 0, -1)
    )
    + r")\Z",
    re.MULTILINE,
)
_STREAM_TEXT = re.compile(r'<S S="(\w+)">(.*?)</S>', re.DOTALL)
_CODE_UNIT = re.compile(r"_x([0-9A-Fa-f]{4})_")


class OutputText:
    """Decodes one run's output piece by piece.

    Text comes out with plain line ends. A piece that starts with a carriage return replaces the
    line shown last, as a progress display in a terminal would.
    """

    def __init__(self, encoding: str = "") -> None:
        self._encoding = encoding
        self._decoder: codecs.IncrementalDecoder | None = None
        self._held = ""

    def feed(self, data: bytes, *, is_last: bool = False) -> str:
        """Give the text of the next bytes."""
        text = self._held + self._decode(data, is_last=is_last)
        self._held = ""
        text = self._decode_clixml(text, is_last=is_last)
        text = self._without_escapes(text, is_last=is_last)
        if text.endswith("\r") and not is_last:
            text, self._held = text[:-1], "\r" + self._held
        return _settle(text)

    def skip(self) -> None:
        """Forget what was held back, for bytes after it have been lost."""
        self._held = ""
        if self._decoder:
            self._decoder.reset()

    def _decode(self, data: bytes, *, is_last: bool) -> str:
        if self._decoder is None:
            if not data:
                return ""
            self._decoder = _decoder(self._encoding or _guess(data), bool(self._encoding))
        state = self._decoder.getstate()
        try:
            return self._decoder.decode(data, is_last)
        except UnicodeDecodeError:
            # Not UTF-8 after all: this and what follows is in the system's own code page.
            self._decoder = _decoder(console_encoding(), is_certain=True)
            return self._decoder.decode(state[0] + data, is_last)

    def _decode_clixml(self, text: str, *, is_last: bool) -> str:
        if "<" not in text and "#" not in text:
            return text
        text = _CLIXML.sub(lambda match: decode_clixml(match[0]), text)
        unfinished = _UNFINISHED_CLIXML.search(text) or _BEGUN_CLIXML.search(text)
        if unfinished and not is_last and len(text) - unfinished.start() < _LONGEST_CLIXML:
            self._held = text[unfinished.start() :]
            return text[: unfinished.start()]
        return text

    def _without_escapes(self, text: str, *, is_last: bool) -> str:
        if "\x1b" not in text:
            return text
        text = _ESCAPE.sub("", text)
        unfinished = _UNFINISHED_ESCAPE.search(text)
        if unfinished and not is_last and len(text) - unfinished.start() < _LONGEST_ESCAPE:
            self._held = text[unfinished.start() :] + self._held
            text = text[: unfinished.start()]
        return text.replace("\x1b", "")


def decode_clixml(text: str) -> str:
    r"""Give what PowerShell's XML says; its progress bars are left out.

    >>> decode_clixml('<Objs Version="1.1"><S S="Error">No &lt;x&gt;_x000D__x000A_</S></Objs>')
    'No <x>\r\n'
    """
    parts = []
    for stream, body in _STREAM_TEXT.findall(text):
        plain = _CODE_UNIT.sub(lambda match: chr(int(match[1], 16)), html.unescape(body))
        parts.append(plain if stream in {"Error", "Output"} else f"{stream.upper()}: {plain}")
    return "".join(parts)


def console_encoding() -> str:
    """Name the code page that this system's own console programs write."""
    try:
        import ctypes  # noqa: PLC0415 - only output that is not UTF-8 needs it

        return f"cp{ctypes.windll.kernel32.GetOEMCP()}"  # type: ignore[attr-defined]
    except (AttributeError, ImportError):
        encoding = locale.getpreferredencoding(do_setlocale=False)
        return "cp1252" if encoding.casefold().replace("-", "") == "utf8" else encoding


def _guess(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # wsl.exe and some others write UTF-16 without a mark: every other byte of plain text is zero.
    head = data[:64]
    if len(head) >= 4 and not any(head[1::2]) and all(head[0::2]):  # noqa: PLR2004
        return "utf-16-le"
    return "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"


def _decoder(encoding: str, is_certain: bool) -> codecs.IncrementalDecoder:  # noqa: FBT001
    is_utf_8 = encoding.startswith("utf-8") and not is_certain
    return codecs.getincrementaldecoder(encoding)("strict" if is_utf_8 else "replace")


def _settle(text: str) -> str:
    """Apply carriage returns and backspaces as a terminal would, and drop what has no look."""
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        starts_anew = "\r" in text.split("\n", 1)[0]
        text = ("\r" if starts_anew else "") + _REWRITTEN.sub("", text)
    while "\x08" in text:
        text = _BACKSPACE.sub("", text)
    return _CONTROLS.sub("", text)
