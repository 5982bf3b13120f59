"""Turn the HTML of a note into text or Markdown; line breaks, links and lists are kept."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "div", "dl", "dt", "dd", "fieldset"),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li"),
        *("main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul"),
    }
)
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table"})
_HIDDEN = frozenset({"head", "script", "style", "template", "title"})
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "strike": "~~", "del": "~~"}
_SPACES = re.compile(r"[ \t\r\n\f]+")
_MARKDOWN_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_LOOKS_LIKE_HTML = re.compile(r"<[a-zA-Z/!]|&(?:[a-zA-Z]+|#\d+|#x[0-9a-fA-F]+);")


def html_to_text(source: str) -> str:
    r"""Give a note as plain text; a link keeps its address in parentheses.

    >>> html_to_text("<div>one<br>two <b>bold</b></div><div>three</div>")
    'one\ntwo bold\nthree'
    """
    if not looks_like_html(source):
        return source.replace("\r\n", "\n").strip("\n")
    return _convert(source, is_markdown=False)


def html_to_markdown(source: str) -> str:
    r"""Give a note as Markdown.

    >>> html_to_markdown("<ul><li>a</li><li><a href='https://x.invalid'>b</a></li></ul>")
    '- a\n- [b](https://x.invalid)'
    """
    return _convert(source, is_markdown=True)


def looks_like_html(text: str) -> bool:
    """Tell whether a text holds a tag or an entity."""
    return ("<" in text or "&" in text) and _LOOKS_LIKE_HTML.search(text) is not None


def _convert(source: str, *, is_markdown: bool) -> str:
    parser = _NoteParser(is_markdown=is_markdown)
    parser.feed(source)
    parser.close()
    return parser.text()


class _NoteParser(HTMLParser):
    """Collects lines; a block begins a new one, a paragraph leaves one empty."""

    def __init__(self, *, is_markdown: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._is_markdown = is_markdown
        self._lines: list[str] = [""]
        self._hidden = 0
        self._preformatted = 0
        self._lists: list[int | None] = []  # the next number of each open list, None for bullets
        self._links: list[tuple[str, int, int]] = []  # address, and where its text begins

    def updatepos(self, i: int, j: int) -> int:  # noqa: ARG002  the names of the base class
        """Count no lines: nobody asks where a tag stood, and counting costs a tenth."""
        return j

    def text(self) -> str:
        """Give the collected text."""
        lines = [line.rstrip(" ") for line in self._lines]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "br":
            self._lines.append("")
        elif tag in _BLOCKS:
            self._block(tag)
        elif tag == "a":
            address = dict(attrs).get("href") or ""
            self._links.append((address, len(self._lines) - 1, len(self._lines[-1])))
        elif tag == "input" and dict(attrs).get("type") == "checkbox":
            self._lines[-1] += "[x] " if "checked" in dict(attrs) else "[ ] "
        elif tag == "img":
            attributes = dict(attrs)
            self._lines[-1] += attributes.get("alt") or attributes.get("src") or ""
        elif self._is_markdown and tag in _MARKS:
            self._lines[-1] += _MARKS[tag]
        elif tag in ("td", "th") and self._lines[-1].strip():
            self._lines[-1] += " | " if self._is_markdown else "\t"

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS:
            self._end_block(tag)
        elif tag == "a" and self._links:
            self._end_link(*self._links.pop())
        elif self._is_markdown and tag in _MARKS:
            self._end_mark(_MARKS[tag])

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._preformatted:
            first, *rest = data.split("\n")
            self._lines[-1] += first
            self._lines += rest
            return
        text = _SPACES.sub(" ", data)
        if not self._lines[-1].strip() or self._lines[-1].endswith(" "):
            text = text.removeprefix(" ")
        self._lines[-1] += _MARKDOWN_SPECIAL.sub(r"\\\1", text) if self._is_markdown else text

    def _block(self, tag: str) -> None:
        self._new_line()
        if tag == "pre":
            self._preformatted += 1
        elif tag in ("ul", "ol"):
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._begin_item()
        elif tag == "hr":
            self._lines += ["---", ""]
        elif self._is_markdown and tag[0] == "h" and tag[1:].isdecimal():
            self._lines[-1] += "#" * int(tag[1:]) + " "

    def _begin_item(self) -> None:
        indent = "  " * max(0, len(self._lists) - 1)
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number + 1
        self._lines[-1] = f"{indent}{'-' if number is None else f'{number}.'} "

    def _end_block(self, tag: str) -> None:
        if tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        self._new_line()
        if tag in _PARAGRAPHS and self._lines[-2:] != ["", ""]:
            self._lines.append("")

    def _new_line(self) -> None:
        if self._lines[-1].strip():
            self._lines.append("")

    def _end_link(self, address: str, line: int, start: int) -> None:
        if not address or line != len(self._lines) - 1:
            return
        text = self._lines[-1][start:]
        if self._is_markdown:
            self._lines[-1] = f"{self._lines[-1][:start]}[{text or address}]({address})"
        elif text.strip() != address:
            self._lines[-1] += f" ({address})" if text.strip() else address

    def _end_mark(self, mark: str) -> None:
        """Close an emphasis; one around nothing is taken back."""
        line = self._lines[-1]
        if line.endswith(mark):
            self._lines[-1] = line.removesuffix(mark)
        else:
            trailing = line[len(line.rstrip(" ")) :]
            self._lines[-1] = line.rstrip(" ") + mark + trailing
