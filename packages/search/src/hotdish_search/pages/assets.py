"""The page's own static files, at addresses that change with their content."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response

from hotdish_search.pages.caching import FOREVER, READING, SHORT, answer_cached

_FOLDER = Path(__file__).parent.parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file as it is served."""

    path: str
    body: bytes
    media_type: str
    digest: str


@dataclass(frozen=True, slots=True)
class Assets:
    """All static files.

    Attributes:
        by_name: By the name in the folder: `hotdish.css`.
        by_path: By the address with the content's hash: `/static/hotdish.0a1b2c3d4e5f.css`.
    """

    by_name: Mapping[str, Asset]
    by_path: Mapping[str, Asset]

    def path(self, name: str) -> str:
        """Give the address of a file, for templates."""
        return self.by_name[name].path


def load_assets(folder: Path = _FOLDER) -> Assets:
    """Read the static files once, when the application is made."""
    by_name = {path.name: _load(path) for path in sorted(folder.iterdir()) if path.suffix in _TYPES}
    return Assets(by_name, {asset.path: asset for asset in by_name.values()})


def asset_routes(assets: Assets) -> APIRouter:
    """Serve the static files, and the favicon at the place where browsers look unasked."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/static/{name}", methods=READING)
    def static(request: Request, name: str) -> Response:
        asset = assets.by_path.get(f"/static/{name}")
        if asset is None:
            return Response("No such file.", status_code=404, media_type="text/plain")
        return _answer(request, asset, FOREVER)

    @router.api_route("/favicon.ico", methods=READING)
    def favicon(request: Request) -> Response:
        return _answer(request, assets.by_name["icon.svg"], SHORT)

    return router


def _answer(request: Request, asset: Asset, cache_control: str) -> Response:
    return answer_cached(
        request,
        lambda: asset.body,
        tag=asset.digest,
        media_type=asset.media_type,
        cache_control=cache_control,
    )


def _load(path: Path) -> Asset:
    body = path.read_bytes()
    digest = hashlib.blake2b(body, digest_size=6).hexdigest()
    return Asset(
        path=f"/static/{path.stem}.{digest}{path.suffix}",
        body=body,
        media_type=_TYPES[path.suffix],
        digest=digest,
    )
