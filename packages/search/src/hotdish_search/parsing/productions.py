"""Rules of the grammar (`with_stmt ::= "with" ...`): each one that a block defines is a place."""

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from hotdish_search.parsing.markup import collapse, ids_inside, plain
from hotdish_search.parsing.place import Place


def production_places(path: str, pre: LexborNode, parent: Place) -> Iterator[Place]:
    """The places of the rules that a block of grammar defines."""
    tokens = [node for node in pre.css("[id]") if (node.id or "").startswith("grammar-token-")]
    if not tokens:
        return
    lines = pre.text().splitlines()
    for token in tokens:
        name = plain(token)
        if not name:
            # Sphinx 3 to 7 put the anchor that it had before into the name.
            continue
        yield Place(
            id=f"{path}#{token.id}",
            form="definition",
            role="token",
            title=name,
            parent=parent,
            names=[name],
            anchors=ids_inside(token),
            signatures=[_rule(lines, name)],
        )


def _rule(lines: list[str], name: str) -> str:
    """The lines of a rule: `name ::= ...`, since Python 3.13 `name: ...`, and what is indented."""
    start = next((i for i, line in enumerate(lines) if _begins_rule(line, name)), None)
    if start is None:
        return name
    end = start + 1
    while end < len(lines) and lines[end].startswith((" ", "\t")):
        end += 1
    return collapse(" ".join(lines[start:end]))


def _begins_rule(line: str, name: str) -> bool:
    return line.startswith(name) and line.removeprefix(name).lstrip().startswith(":")
