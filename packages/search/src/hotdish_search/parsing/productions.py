"""Rules of the grammar: the tokens that a block of productions defines."""

from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from hotdish_search.parsing.markup import collapse, plain


@dataclass(frozen=True, slots=True)
class Production:
    """One rule: `with_stmt ::= "with" ...`."""

    name: str
    anchor: str
    rule: str


def productions_of(pre: LexborNode) -> Iterator[Production]:
    """The rules that a block of grammar defines."""
    tokens = [node for node in pre.css("[id]") if (node.id or "").startswith("grammar-token-")]
    if not tokens:
        return
    lines = pre.text().splitlines()
    for token in tokens:
        name = plain(token)
        yield Production(name, token.id or "", _rule(lines, name))


def _rule(lines: list[str], name: str) -> str:
    start = next((i for i, line in enumerate(lines) if line.split()[:1] == [name]), None)
    if start is None:
        return name
    end = start + 1
    while end < len(lines) and lines[end].startswith((" ", "\t")):
        end += 1
    return collapse(" ".join(lines[start:end]))
