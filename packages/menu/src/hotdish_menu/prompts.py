"""Reads the Prompt column, and checks what a person answers.

The column holds `name [Label]: kind(options) = default; ...`, for example
`user: text; days [Days to keep]: number(1..30) = 7; site: choice(Oslo|Bergen); pw: password`.
A question mark after the kind lets the answer be empty.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hotdish_menu.errors import UsageError
from hotdish_menu.model import Prompt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hotdish_menu.model import PromptKind

# Spelling in the file -> kind.
KINDS: dict[str, PromptKind] = {
    "text": "text",
    "number": "number",
    "int": "number",
    "choice": "choice",
    "password": "password",
    "secret": "password",
    "file": "file",
    "folder": "folder",
    "dir": "folder",
}

_PROMPT = re.compile(
    r"""\s*(?P<name>[A-Za-z_]\w*)\s*
    (?:\[(?P<label>[^\]]*)\]\s*)?
    (?::\s*(?P<kind>\w+)\s*(?:\((?P<options>(?:[^()\\]|\\.|\([^()]*\))*)\))?\s*(?P<optional>\?)?\s*)?
    (?:=\s*(?P<default>.*?)\s*)?$""",
    re.VERBOSE | re.DOTALL,
)
_RANGE = re.compile(r"\s*(-?\d+(?:\.\d+)?)?\s*\.\.\s*(-?\d+(?:\.\d+)?)?\s*")


def parse_prompts(text: str) -> tuple[Prompt, ...]:
    """Read one cell of the Prompt column.

    Raises:
        UsageError: the cell does not say what to ask.

    >>> [(p.name, p.kind, p.default) for p in parse_prompts("user; days: int = 7")]
    [('user', 'text', ''), ('days', 'number', '7')]
    """
    prompts: list[Prompt] = []
    for part in _parts(text):
        prompt = _parse_prompt(part)
        if any(prompt.name.casefold() == other.name.casefold() for other in prompts):
            msg = f"Prompt asks for {prompt.name!r} twice. Give each value a name of its own"
            raise UsageError(msg)
        prompts.append(prompt)
    return tuple(prompts)


def check_answer(prompt: Prompt, answer: str) -> str:
    """Say what is wrong with an answer, or give an empty text if it will do."""
    what = prompt.label or prompt.name
    if not answer:
        return "" if prompt.is_optional else f"{what} is empty."
    if "\0" in answer:
        return f"{what} holds a NUL character."
    if prompt.kind == "number":
        return _check_number(prompt, what, answer)
    if prompt.kind == "choice" and answer not in prompt.choices:
        return f"{what} is {answer!r}. Choose one of: {', '.join(prompt.choices)}."
    if prompt.pattern and not re.fullmatch(prompt.pattern, answer):
        return f"{what} does not have the form asked for: {prompt.pattern}"
    return ""


def check_answers(prompts: tuple[Prompt, ...], answers: Mapping[str, str]) -> dict[str, str]:
    """Find what is wrong with each answer, by the prompt's name; empty if all will do."""
    found = {p.name: check_answer(p, answers.get(p.name, p.default)) for p in prompts}
    return {name: text for name, text in found.items() if text}


def _parts(text: str) -> Iterator[str]:
    """Cut at the semicolons that stand outside brackets."""
    depth = start = 0
    for position, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if char == ";" and depth <= 0:
            if text[start:position].strip():
                yield text[start:position]
            start = position + 1
    if text[start:].strip():
        yield text[start:]


def _parse_prompt(text: str) -> Prompt:
    match = _PROMPT.match(text)
    if not match:
        msg = (
            f"Prompt cannot be read at {text.strip()!r}. "
            "Write name: kind(options) = default, several parted by semicolons"
        )
        raise UsageError(msg)
    spelling = (match["kind"] or "text").casefold()
    if spelling not in KINDS:
        msg = f"Prompt kind {match['kind']!r} is not known. Use one of: {', '.join(KINDS)}"
        raise UsageError(msg)
    kind = KINDS[spelling]
    low, high = _range(kind, match["options"] or "")
    prompt = Prompt(
        name=match["name"],
        kind=kind,
        label=(match["label"] or "").strip(),
        default=match["default"] or "",
        choices=_choices(kind, match["options"] or ""),
        pattern=_pattern(kind, match["options"] or ""),
        minimum=low,
        maximum=high,
        is_optional=bool(match["optional"]),
    )
    if prompt.default and (wrong := check_answer(prompt, prompt.default)):
        msg = f"The default of prompt {prompt.name!r} will not do: {wrong}"
        raise UsageError(msg)
    return prompt


def _choices(kind: PromptKind, options: str) -> tuple[str, ...]:
    if kind != "choice":
        return ()
    choices = tuple(choice.strip() for choice in options.split("|") if choice.strip())
    if not choices:
        msg = "A choice needs its values: choice(one|two|three)"
        raise UsageError(msg)
    return choices


def _pattern(kind: PromptKind, options: str) -> str:
    if kind != "text" or not options:
        return ""
    pattern = options.strip().removeprefix("/").removesuffix("/")
    try:
        re.compile(pattern)
    except re.error as error:
        msg = f"The pattern {pattern!r} of a text prompt cannot be read: {error}"
        raise UsageError(msg) from None
    return pattern


def _range(kind: PromptKind, options: str) -> tuple[float | None, float | None]:
    if kind != "number" or not options.strip():
        return None, None
    match = _RANGE.fullmatch(options)
    if not match:
        msg = f"The range {options!r} of a number cannot be read. Write number(1..30)"
        raise UsageError(msg)
    low, high = match.groups()
    return (float(low) if low else None), (float(high) if high else None)


def _check_number(prompt: Prompt, what: str, answer: str) -> str:
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", answer):
        return f"{what} is {answer!r}, which is not a number."
    value = float(answer)
    if prompt.minimum is not None and value < prompt.minimum:
        return f"{what} is {answer}. The least is {prompt.minimum:g}."
    if prompt.maximum is not None and value > prompt.maximum:
        return f"{what} is {answer}. The most is {prompt.maximum:g}."
    return ""
