"""Inputs, recognised by what they hold: an explicit table of readers, asked in order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotdish_freevm.arm import ArmResource
from hotdish_freevm.errors import InputError
from hotdish_freevm.inputs import arm_template, azure_lists, bicep, terraform_plan, terraform_source
from hotdish_freevm.inputs.documents import Document, read_document
from hotdish_freevm.inputs.what_if import is_what_if, read_what_if


@dataclass(frozen=True, slots=True)
class Options:
    """What the user told beside the files."""

    parameters: Mapping[str, Any]
    region: str | None = None
    together: Sequence[Document] = ()
    """All the Terraform files: a variable may stand in another one."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of input: how it is recognised, and how its resources are read."""

    name: str
    recognises: Callable[[Document], bool]
    read: Callable[[Document, Options], Iterator[ArmResource]]


READERS: tuple[Reader, ...] = (
    Reader(
        "Terraform source",
        lambda d: d.suffix == ".tf",
        lambda d, o: terraform_source.read_terraform_source(d, o.together),
    ),
    Reader(
        "Bicep",
        lambda d: d.suffix == ".bicep",
        lambda d, o: bicep.read_bicep(d, o.parameters, o.region),
    ),
    Reader(
        "ARM template",
        lambda d: arm_template.is_template(d.json),
        lambda d, o: arm_template.read_template(d, o.parameters, o.region),
    ),
    Reader("what-if answer", lambda d: is_what_if(d.json), lambda d, _: read_what_if(d)),
    Reader(
        "Terraform plan",
        lambda d: terraform_plan.is_plan(d.json),
        lambda d, _: terraform_plan.read_plan(d),
    ),
    Reader(
        "list of Azure resources",
        lambda d: azure_lists.is_azure_list(d.json),
        lambda d, _: azure_lists.read_azure_list(d),
    ),
)


def read_inputs(
    names: Sequence[str], parameter_files: Sequence[str] = (), region: str | None = None
) -> list[ArmResource]:
    """Read files (`-` is standard input) into resources of one normal form.

    Raises:
        InputError: A file cannot be read or is none of the inputs.
    """
    documents = [read_document(name) for name in names]
    parameters: dict[str, Any] = {}
    for name in parameter_files:
        parameters |= arm_template.parameter_values(read_document(name))
    inputs = []
    for document in documents:
        is_json = document.suffix not in (".tf", ".bicep")
        if is_json and arm_template.is_parameters(document.json):
            parameters |= arm_template.parameter_values(document)
        else:
            inputs.append((document, _reader_of(document)))
    together = [document for document in documents if document.suffix == ".tf"]
    options = Options(parameters, region, together)
    return [r for document, reader in inputs for r in reader.read(document, options)]


def _reader_of(document: Document) -> Reader:
    for reader in READERS:
        if reader.recognises(document):
            return reader
    msg = f"{document.name} {_what_it_is(document)}. Give one of: {_names()}"
    raise InputError(msg)


def _names() -> str:
    return ", ".join(reader.name for reader in READERS)


def _what_it_is(document: Document) -> str:
    value = document.json
    if value == {}:
        return "is empty"
    if isinstance(value, Mapping):
        for key, what in _FOREIGN.items():
            if key in value:
                return f"is {what}, not something of Azure's"
        return f"is none of the inputs (it begins with {next(iter(value))!r})"
    return f"is none of the inputs (it holds {type(value).__name__} values)"


_FOREIGN = {
    "AWSTemplateFormatVersion": "a CloudFormation template",
    "Resources": "a CloudFormation template",
    "apiVersion": "a Kubernetes manifest",
    "services": "a Compose file",
    "terraform_version": "a Terraform state: give `terraform show -json` of it",
}
