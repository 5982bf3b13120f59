"""Where browsers and the Windows app keep To Do's data on this computer."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hotdish_todo.indexeddb import is_store
from hotdish_todo.snippet import HOSTS


@dataclass(frozen=True, slots=True)
class StorePlace:
    """One store on disk that may hold To Do data."""

    path: Path
    kind: str  # "browser" or "windows-app"
    program: str
    profile: str
    origin: str


# Folders that hold profiles, by program; `%NAME%` is a folder of the system (see `_roots`).
_PROFILE_FOLDERS: dict[str, tuple[tuple[str, str], ...]] = {
    "win32": (
        ("Chrome", "%LOCALAPPDATA%/Google/Chrome/User Data"),
        ("Edge", "%LOCALAPPDATA%/Microsoft/Edge/User Data"),
        ("Brave", "%LOCALAPPDATA%/BraveSoftware/Brave-Browser/User Data"),
        ("Vivaldi", "%LOCALAPPDATA%/Vivaldi/User Data"),
        ("Opera", "%APPDATA%/Opera Software"),
        ("Chromium", "%LOCALAPPDATA%/Chromium/User Data"),
        ("Firefox", "%APPDATA%/Mozilla/Firefox/Profiles"),
    ),
    "darwin": (
        ("Chrome", "%HOME%/Library/Application Support/Google/Chrome"),
        ("Edge", "%HOME%/Library/Application Support/Microsoft Edge"),
        ("Brave", "%HOME%/Library/Application Support/BraveSoftware/Brave-Browser"),
        ("Vivaldi", "%HOME%/Library/Application Support/Vivaldi"),
        ("Opera", "%HOME%/Library/Application Support/com.operasoftware.Opera"),
        ("Chromium", "%HOME%/Library/Application Support/Chromium"),
        ("Firefox", "%HOME%/Library/Application Support/Firefox/Profiles"),
    ),
    "linux": (
        ("Chrome", "%CONFIG%/google-chrome"),
        ("Edge", "%CONFIG%/microsoft-edge"),
        ("Brave", "%CONFIG%/BraveSoftware/Brave-Browser"),
        ("Vivaldi", "%CONFIG%/vivaldi"),
        ("Opera", "%CONFIG%/opera"),
        ("Chromium", "%CONFIG%/chromium"),
        ("Chromium", "%HOME%/snap/chromium/common/chromium"),
        ("Chrome", "%HOME%/.var/app/com.google.Chrome/config/google-chrome"),
        ("Edge", "%HOME%/.var/app/com.microsoft.Edge/config/microsoft-edge"),
        ("Firefox", "%HOME%/.mozilla/firefox"),
        ("Firefox", "%CONFIG%/mozilla/firefox"),
        ("Firefox", "%HOME%/snap/firefox/common/.mozilla/firefox"),
        ("Firefox", "%HOME%/.var/app/org.mozilla.firefox/.mozilla/firefox"),
    ),
}
_WINDOWS_APP = "Packages/Microsoft.Todos_*/LocalState/AccountsRoot/*/todosqlite.db"

# Below a profile, an origin's folder or one of them, a store lies at one of these.
_IN_PROFILE = (
    "IndexedDB/*.indexeddb.leveldb",
    "IndexedDB/*/*",
    "storage/default/*/idb/*.sqlite",
)
_NEAR = ("*.indexeddb.leveldb", "*", "*/*", "idb/*.sqlite", "*/idb/*.sqlite")


def places(
    environ: Mapping[str, str] = os.environ,
    home: Path | None = None,
    platform: str = sys.platform,
) -> list[StorePlace]:
    """Give every store of a To Do origin in every known browser profile, and the Windows app's."""
    system = platform if platform in _PROFILE_FOLDERS else "linux"
    roots = _roots(environ, home or Path.home())
    found = []
    for program, template in _PROFILE_FOLDERS[system]:
        name, _, rest = template.partition("/")
        folder = roots[name] / rest
        for path in _matches(folder, (*_IN_PROFILE, *(f"*/{p}" for p in _IN_PROFILE))):
            place = _place(path, program)
            if any(host in place.origin for host in HOSTS):
                found.append(place)
    if system == "win32":
        found += [_windows_app(path) for path in _matches(roots["%LOCALAPPDATA%"], (_WINDOWS_APP,))]
    return found


def places_under(source: Path) -> list[StorePlace]:
    """Give the stores in a folder named by the user: a profile, an origin's folder, a store.

    If any of them belongs to To Do's own hosts, the others are left out.
    """
    if is_store(source):
        return [_place(source, "browser")]
    nested = tuple(f"{prefix}{pattern}" for prefix in ("", "*/") for pattern in _IN_PROFILE)
    # A profile holds many other databases; only a folder inside it is searched for any store.
    paths = list(_matches(source, nested)) or list(_matches(source, _NEAR))
    found = [_place(path, "browser") for path in paths]
    official = [place for place in found if any(host in place.origin for host in HOSTS)]
    return official or found


def _roots(environ: Mapping[str, str], home: Path) -> dict[str, Path]:
    local = environ.get("LOCALAPPDATA")
    roaming = environ.get("APPDATA")
    config = environ.get("XDG_CONFIG_HOME")
    return {
        "%HOME%": home,
        "%CONFIG%": Path(config) if config else home / ".config",
        "%LOCALAPPDATA%": Path(local) if local else home / "AppData" / "Local",
        "%APPDATA%": Path(roaming) if roaming else home / "AppData" / "Roaming",
    }


def _matches(folder: Path, patterns: Iterable[str]) -> Iterator[Path]:
    """Give the stores that match a pattern, each once."""
    seen = set()
    for pattern in patterns:
        for path in sorted(folder.glob(pattern)):
            if path not in seen and is_store(path):
                seen.add(path)
                yield path


def _place(path: Path, program: str) -> StorePlace:
    """Read browser profile and origin off a store's path."""
    if path.parent.name == "idb":  # Firefox: <profile>/storage/default/<origin>/idb/<file>
        origin = path.parents[1].name.split("^")[0].replace("+++", "://").replace("+", ":")
        profile = path.parents[4].name if len(path.parents) > 4 else ""  # noqa: PLR2004
        return StorePlace(path, "browser", program, profile, origin)
    folder = path if path.is_dir() else path.parent
    name = folder.name.removesuffix(".indexeddb.leveldb")
    return StorePlace(path, "browser", program, folder.parents[1].name, _chromium_origin(name))


def _chromium_origin(name: str) -> str:
    """Turn `https_to-do.live.com_0` into an address; `_0` stands for the usual port."""
    scheme, _, rest = name.partition("_")
    host, _, port = rest.rpartition("_")
    if not host:
        return name
    return f"{scheme}://{host}" + ("" if port == "0" else f":{port}")


def _windows_app(path: Path) -> StorePlace:
    return StorePlace(path, "windows-app", "Microsoft To Do app", path.parent.name, "")
