"""HTML of a documentation as Markdown for a model: short, and with every name as it is written."""

import re

from bs4 import Tag
from markdownify import MarkdownConverter
from selectolax.lexbor import LexborNode

# Permalinks, links to the source, line numbers and tables of contents say nothing; the numbers of
# headings are not part of their names.
_ORNAMENTS = (
    "a.headerlink, .viewcode-link, .viewcode-back, .section-number, .linenos, nav.contents,"
    " div.contents, script, style, a.footnote-reference"
)
_PYTHON = re.compile(r"highlight-(?:default|py|ipython)")
_EMPTY_LINES = re.compile(r"\n\s*\n\s*\n+")


def to_markdown(node: LexborNode) -> str:
    """Give the Markdown of an element; what says nothing is removed from the element."""
    for ornament in node.css(_ORNAMENTS):
        ornament.decompose()
    text: str = _Converter().convert(node.html or "")
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return _EMPTY_LINES.sub("\n\n", lines).strip()


def _language_of(pre: Tag) -> str:
    block = pre.find_parent(class_=re.compile("^highlight-"))
    return "python" if block and _PYTHON.search(" ".join(block.get_attribute_list("class"))) else ""


class _Converter(MarkdownConverter):
    """markdownify's converter, taught what Sphinx's elements mean."""

    class Options:
        """Links are left out: places are read by their names and ids."""

        heading_style = "atx"
        bullets = "-"
        strip = ("a", "img")
        escape_asterisks = False
        escape_underscores = False
        code_language_callback = staticmethod(_language_of)

    def convert_dt(self, el: Tag, text: str, **_: object) -> str:
        """Give a signature as code, and a term as it is, in bold."""
        if "sig" in el.get_attribute_list("class"):
            text = f"`{' '.join(el.get_text().replace('→', '->').split())}`"
        return f"\n\n**{text.strip()}**\n" if text.strip() else ""

    def convert_dd(self, _: Tag, text: str, **__: object) -> str:
        """Give a description without an indentation, which would cost tokens in every line."""
        return f"\n{text.strip()}\n\n"

    def convert_p(self, el: Tag, text: str, **more: object) -> str:
        """Give the titles of boxes in bold."""
        if "admonition-title" in el.get_attribute_list("class") and text.strip():
            text = f"**{text.strip()}:**"
        converted: str = super().convert_p(el, text, **more)  # type: ignore[misc]  # not in its stubs
        return converted
