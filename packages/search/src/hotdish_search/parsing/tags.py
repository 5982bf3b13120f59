"""Names of HTML elements and classes, by what they mean for the reading of a page."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

# Elements that hold blocks.
CONTAINERS = frozenset(
    [
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figure",
        "footer",
        "hgroup",
        "li",
        "main",
        "ol",
        "summary",
        "table",
        "tbody",
        "td",
        "thead",
        "tr",
        "ul",
    ],
)

# Elements that hold one block of text.
LEAVES = HEADINGS | {"address", "caption", "figcaption", "p"}

# Classes of paragraphs that are headings of boxes and of what follows them.
TITLES = frozenset({"admonition-title", "rubric", "sidebar-title", "topic-title"})

# Elements whose text is no part of the documentation.
SILENT = frozenset(
    {"button", "form", "header", "hr", "img", "nav", "script", "style", "template"},
)

# Classes of boxes whose first sentence does not tell what their place is about.
ASIDES = frozenset(
    [
        "admonition",
        "audit-hook",
        "availability",
        "deprecated",
        "deprecated-removed",
        "footnote",
        "refcount",
        "seealso",
        "sidebar",
        "soft-deprecated",
        "topic",
        "versionadded",
        "versionchanged",
        "versionremoved",
    ],
)
