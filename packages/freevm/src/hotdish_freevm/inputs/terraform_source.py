"""Terraform source (`.tf`): literals, defaults of variables and locals; the rest is unknown.

A plan says more. This is for a look before `terraform init`. Needs the extra `terraform`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hotdish_freevm.arm import ArmResource, get, texts
from hotdish_freevm.errors import InputError
from hotdish_freevm.inputs.azurerm import arm_body
from hotdish_freevm.inputs.documents import Document
from hotdish_freevm.model import Maybe, Place, Unknown

MAX_COPIES = 800
_WHOLE = re.compile(r"^\$\{(.*)\}$", re.DOTALL)
_REFERENCE = re.compile(r"^(var|local|azurerm_\w+)\.([\w-]+)(?:\.([\w-]+))?$")
_ADDRESS = re.compile(r"\b(azurerm_\w+\.[\w-]+)\b")


def read_terraform_source(
    document: Document, together: Sequence[Document] = ()
) -> Iterator[ArmResource]:
    """Give the azurerm resources of one file; variables may stand in the files read with it.

    Raises:
        InputError: The extra is not installed, or a file is not Terraform.
    """
    source = _Source([_parse(d) for d in together or (document,)])
    for kind, name, body in _labelled(_parse(document), "resource"):
        address = f"{kind}.{name}"
        place = Place(document.name, _line_of(document.text, kind, name))
        values = source.resolve(body)
        values["used_by"] = source.used_by(address)
        for suffix, exists in _copies(values):
            arm = arm_body(kind, f"{address}{suffix}", values)
            if arm is not None:
                yield ArmResource(arm, place, planned=True, exists=exists)


def _parse(document: Document) -> Mapping[str, Any]:
    try:
        import hcl2  # noqa: PLC0415 - an extra, imported only where it is needed
        from lark.exceptions import LarkError  # noqa: PLC0415
    except ImportError as error:
        msg = (
            f"{document.name}: reading Terraform source needs python-hcl2. Install it with "
            "pip install 'hotdish-freevm[terraform]', or give `terraform show -json PLAN`"
        )
        raise InputError(msg) from error
    try:
        return dict(hcl2.loads(document.text))
    except LarkError as error:
        line, column = getattr(error, "line", "?"), getattr(error, "column", "?")
        msg = f"{document.name} is not Terraform: line {line}, column {column}"
        raise InputError(msg) from error


class _Source:
    """What the expressions of some files may refer to."""

    def __init__(self, files: Sequence[Mapping[str, Any]]) -> None:
        self.defaults = {
            _plain(label): body.get("default")
            for file in files
            for block in file.get("variable", [])
            for label, body in _blocks(block)
            if "default" in body
        }
        self.locals = {k: v for f in files for b in f.get("locals", []) for k, v in b.items()}
        listed = [entry for file in files for entry in _labelled(file, "resource")]
        self.resources = {f"{kind}.{name}": body for kind, name, body in listed}
        self.users: dict[str, str] = {}
        for kind, name, body in listed:
            for text in texts(body):
                self.users |= dict.fromkeys(_ADDRESS.findall(text), f"{kind}.{name}")
        self.under_way: set[str] = set()

    def used_by(self, address: str) -> str | None:
        return self.users.get(address)

    def resolve(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {_plain(k): self.resolve(v) for k, v in value.items() if not k.startswith("__")}
        if isinstance(value, list):
            return [self.resolve(inner) for inner in value]
        return self._resolve_text(value) if isinstance(value, str) else value

    def _resolve_text(self, text: str) -> Any:
        whole = _WHOLE.match(text)
        if whole:
            return self._look_up(whole[1].strip())
        plain = _plain(text)
        return Unknown(f"{plain} is put together from parts", plain) if "${" in plain else plain

    def _look_up(self, expression: str) -> Any:
        unknown = Unknown(f"{expression} has no value in these files", f"{{{expression}}}")
        match = _REFERENCE.match(expression)
        if match is None or expression in self.under_way:
            return unknown
        sort, name, attribute = match.groups()
        tables: dict[str, Mapping[str, Any]] = {"var": self.defaults, "local": self.locals}
        if sort in tables:
            found = tables[sort].get(name) if attribute is None else None
        else:
            found = get(self.resources.get(f"{sort}.{name}"), attribute or "")
        if found is None:
            return unknown
        self.under_way.add(expression)
        try:
            return self.resolve(found)
        finally:
            self.under_way.discard(expression)


def _copies(values: Mapping[str, Any]) -> list[tuple[str, Maybe[bool]]]:
    """Give a name's ending, and whether it exists, for each copy that `count` makes."""
    count = values.get("count", values.get("for_each"))
    if count is None:
        return [("", True)]
    if isinstance(count, Mapping | list):
        return [(f"[{json.dumps(key)}]", True) for key in count]
    if isinstance(count, int) and 0 <= count <= MAX_COPIES:
        return [(f"[{index}]", True) for index in range(count)]
    return [("", count if isinstance(count, Unknown) else Unknown(f"its count is {count!r}"))]


def _labelled(file: Mapping[str, Any], sort: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for block in file.get(sort, []):
        for kind, inner in _blocks(block):
            for name, body in _blocks(inner):
                yield _plain(kind), _plain(name), body


def _blocks(value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((k, v) for k, v in value.items() if isinstance(v, Mapping))


def _plain(text: str) -> str:
    """The parser keeps the quotes of a text, so that it differs from an expression."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('\\"', '"')
    return text


def _line_of(text: str, kind: str, name: str) -> int | None:
    pattern = rf'^\s*resource\s+"?{re.escape(kind)}"?\s+"?{re.escape(name)}"?'
    match = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, match.end()) + 1 if match else None
