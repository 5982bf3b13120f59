"""What a model reads: Markdown that is short and keeps every name."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from hotdish_search.assistant.markdown import to_markdown

SIGNATURE = (
    '<dl class="py function"><dt class="sig sig-object py" id="pot.stir">'
    '<span class="sig-prename">pot.</span><span class="sig-name">stir</span>(<em>spoon</em>, '
    "<em><span>*</span></em>, <em><span>slow_ly</span>=<span>True</span></em>)"
    '<a class="headerlink" href="#pot.stir">¶</a></dt><dd><p>Stir <em>slow_ly</em>.</p></dd></dl>'
)


def markdown_of(html: str) -> str:
    node = LexborHTMLParser(html).body
    assert node is not None
    return to_markdown(node)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        (
            "<h2><span class='section-number'>3.1. </span>Heat<a class='headerlink'>¶</a></h2>",
            "## Heat",
        ),
        (SIGNATURE, "**`pot.stir(spoon, *, slow_ly=True)`**\nStir *slow_ly*."),
        ('<p>See <a href="soup.html"><code>soup_of(*a)</code></a>.</p>', "See `soup_of(*a)`."),
        ("<p>2 * 3 * 4, __init__, a_b</p>", "2 * 3 * 4, __init__, a_b"),
        (
            '<div class="highlight-python3"><pre><span>&gt;&gt;&gt;</span> 1\n1\n</pre></div>',
            "```python\n>>> 1\n1\n```",
        ),
        ('<div class="highlight-none"><pre>salt: 1\n</pre></div>', "```\nsalt: 1\n```"),
        (
            '<div class="admonition note"><p class="admonition-title">Note</p><p>Hot.</p></div>',
            "**Note:**\n\nHot.",
        ),
        (
            "<dl class='glossary'><dt id='term-roux'>roux</dt><dd><p>Flour.</p></dd></dl>",
            "**roux**\nFlour.",
        ),
        (
            "<table><tr><th><p>Op</p></th></tr><tr><td><p><code>s * n</code></p></td></tr></table>",
            "| Op |\n| --- |\n| `s * n` |",
        ),
        ("<ul><li><p>one</p></li><li><p>two</p></li></ul>", "- one\n- two"),
        ("<p>&lt;b&gt; &amp; <img src='pot.png' alt='pot'></p>", "<b> &"),
        ("<script>cook()</script><p>Eat.</p>", "Eat."),
        ("", ""),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert markdown_of(html) == markdown


def test_descriptions_inside_descriptions_are_not_indented() -> None:
    html = "<dl class='py class'><dt class='sig'>class Pot</dt><dd><p>A pot.</p>%s</dd></dl>"

    lines = markdown_of(html % SIGNATURE).splitlines()

    assert [line for line in lines if line.startswith(" ")] == []
    assert "**`class Pot`**" in lines
    assert "Stir *slow_ly*." in lines
