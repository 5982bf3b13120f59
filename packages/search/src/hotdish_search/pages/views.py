"""Templates rendered into responses."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hotdish_search.pages.assets import Assets
from hotdish_search.pages.security import PAGE_HEADERS

_FOLDER = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class Views:
    """The templates, with the addresses of the static files filled in."""

    environment: Environment

    def render(self, template: str, **context: object) -> str:
        """Render one template to text."""
        return self.environment.get_template(template).render(context)

    def page(
        self,
        template: str,
        *,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: object,
    ) -> Response:
        """Render one template to a response that may load nothing but our own files."""
        return HTMLResponse(
            self.render(template, **context),
            status_code=status_code,
            headers={**PAGE_HEADERS, **(headers or {})},
        )

    def missing(self, sentence: str) -> Response:
        """Say that something is not there."""
        return self.page("missing.html", status_code=404, sentence=sentence)


def load_views(assets: Assets) -> Views:
    """Set the templates up; each is compiled when it is used first."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["asset"] = assets.path
    return Views(environment)
