"""Under which names a declared parameter may come in a request: rather one more than one less."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import AliasChoices, AliasPath, BaseModel

from hotdish_web.errors import CacheUsageError


def names_of(name: str, info: Any) -> set[str]:
    """Give what a parameter may be called: its own name, and each of its aliases.

    >>> from pydantic import Field
    >>> sorted(names_of("p", Field(validation_alias=AliasChoices("page", AliasPath("at", 0)))))
    ['at', 'p', 'page']
    """
    return {name, *_texts(info.alias), *_texts(info.validation_alias)}


def models_of(annotation: Any) -> list[type[BaseModel]]:
    """Give the models that a parameter is read into.

    >>> models_of(int | None)
    []
    """
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_of(part)]


def headers_of(name: str, info: Any) -> set[bytes]:
    """Give the headers that a parameter, or a model of headers, is read from.

    Raises:
        CacheUsageError: The model takes headers that it does not name.
    """
    models = models_of(info.annotation)
    if not models:
        headers = names_of(name, info) - {name} or {_dashed(name, info)}
    else:
        fields = {name: field for model in models for name, field in _fields_of(model).items()}
        headers = {_dashed(name, info) for name in fields}
        headers.update(*(names_of(name, field) - {name} for name, field in fields.items()))
    return {header.lower().encode() for header in headers}


def _fields_of(model: type[BaseModel]) -> dict[str, Any]:
    if model.model_config.get("extra", "ignore") != "ignore":
        msg = (
            f"{model.__name__} takes all headers of a request, so no two have the same answer. "
            "Name the headers as fields, or leave @cache_response out"
        )
        raise CacheUsageError(msg)
    return dict(model.model_fields)


def _dashed(name: str, info: Any) -> str:
    return name.replace("_", "-") if getattr(info, "convert_underscores", True) else name


def _texts(alias: Any) -> Iterator[str]:
    if isinstance(alias, str):
        yield alias
    elif isinstance(alias, AliasPath):
        yield str(alias.path[0])
    elif isinstance(alias, AliasChoices):
        for choice in alias.choices:
            yield from _texts(choice)
