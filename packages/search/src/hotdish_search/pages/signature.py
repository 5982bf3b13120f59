"""A printed signature cut where it may be wrapped."""

_OPENING = "([{"
_CLOSING = ")]}"


def signature_pieces(signature: str) -> list[str]:
    """Cut one signature after the commas between its parameters, so that none is torn apart.

    >>> signature_pieces("sub(pattern, repl, string, count=0)")
    ['sub(pattern,', 'repl,', 'string,', 'count=0)']
    >>> signature_pieces("f(x=(1, 2), *, y)")
    ['f(x=(1, 2),', '*,', 'y)']
    """
    pieces: list[str] = []
    depth = begin = 0
    for place, character in enumerate(signature):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif character == "," and depth <= 1:
            pieces.append(signature[begin : place + 1].strip())
            begin = place + 1
    return [*pieces, signature[begin:].strip()]
