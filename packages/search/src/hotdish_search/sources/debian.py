"""The package python3.*-doc of Debian and Ubuntu, fetched and unpacked without being root.

apt is asked with the system's package lists as they are, which is quick, and if those are missing
or too old with fresh lists of our own, thrown away afterwards. The machine's apt is only read.
"""

import gzip
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hotdish_search.sources import shelf
from hotdish_search.sources.folder import INVENTORY
from hotdish_search.sources.job import Docs, Job, NoDocsError

_TOOLS = ("apt-get", "apt-cache", "dpkg-deb")
_PACKAGE = re.compile(r"^python(3\.\d+)-doc$", re.MULTILINE)
# What the system starts after its own updates (clearing its cache, say) is not ours to start.
_NO_HOOKS = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"""
_QUICK = (
    *("-o", "Acquire::Retries=1"),
    *("-o", "Acquire::http::Timeout=10"),
    *("-o", "Acquire::https::Timeout=10"),
)


@dataclass(frozen=True, slots=True)
class _Apt:
    """apt with one set of package lists."""

    options: tuple[str, ...]
    limit_s: float

    def run(self, tool: str, *arguments: str, folder: Path | None = None) -> str:
        return _run([tool, *self.options, *arguments], self.limit_s, folder)

    def offers(self) -> dict[str, str]:
        """Give the versions of Python whose documentation is on offer, with the packages' names."""
        names = self.run("apt-cache", "pkgnames", "python3.")
        return {match[1]: match[0] for match in _PACKAGE.finditer(names)}


def fetch_debian_package(job: Job) -> Docs:
    """Get python3.*-doc by apt and put its HTML pages on the shelf.

    Raises:
        NoDocsError: This is not Debian or Ubuntu, or apt cannot get a package that will do.
    """
    lacking = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if lacking:
        msg = f"not Debian or Ubuntu (no {', '.join(lacking)} here)"
        raise NoDocsError(msg)
    with shelf.alone(job), shelf.workshop(job) as workshop:
        if docs := shelf.came_meanwhile(job):
            return docs
        package = _download(job, workshop)
        return _unpack(job, package, workshop)


def _download(job: Job, workshop: Path) -> Path:
    try:
        return _download_with(_Apt(_QUICK, job.limits.command_s), job, workshop)
    except NoDocsError as error:
        job.say(f"Refreshing package lists of our own: {error}")
    return _download_with(_refreshed(job, workshop), job, workshop)


def _download_with(apt: _Apt, job: Job, workshop: Path) -> Path:
    offers = apt.offers()
    order = job.order(offers)
    if not order:
        wanted = f"python{job.python}-doc" if job.python else "python3.*-doc"
        have = f" (it has {', '.join(sorted(offers.values()))})" if offers else ""
        msg = f"apt knows no {wanted}{have}"
        raise NoDocsError(msg)
    name = offers[order[0]]
    job.say(f"Downloading the package {name} with apt-get ...")
    apt.run("apt-get", "-qq", "download", name, folder=workshop)
    return next(workshop.glob(f"{name}_*.deb"))


def _refreshed(job: Job, workshop: Path) -> _Apt:
    state = workshop / "apt"
    (state / "lists" / "partial").mkdir(parents=True)
    (state / "archives" / "partial").mkdir(parents=True)
    # An empty one: what is installed, maybe from elsewhere, is not on offer for that.
    status = state / "status"
    status.touch()
    config = workshop / "apt.conf"
    config.write_text(_NO_HOOKS, encoding="utf-8")
    options = (
        *("-c", str(config)),
        *_QUICK,
        *("-o", f"Dir::State={state}"),
        *("-o", f"Dir::Cache={state}"),
        *("-o", f"Dir::State::status={status}"),
        *("-o", "Acquire::Languages=none"),
        # As root apt would drop to a user that may not write below our cache folder.
        *("-o", "APT::Sandbox::User=root"),
    )
    apt = _Apt(options, job.limits.command_s)
    apt.run("apt-get", "-qq", "update")
    return apt


def _unpack(job: Job, package: Path, workshop: Path) -> Docs:
    tree = workshop / "tree"
    _run(["dpkg-deb", "-x", str(package), str(tree)], job.limits.command_s)
    html = _html_in(tree)
    _tidy(html)
    name, version = package.name.split("_")[:2]
    python = name.removeprefix("python").removesuffix("-doc")
    origin = f"Debian package {name} {version}"
    return shelf.put(job, f"python-{python}-debian", html, origin)


def _html_in(tree: Path) -> Path:
    # One of usr/share/doc/{python3.11,python3.11-doc}/html is a link to the other.
    real = [path for path in tree.glob("usr/share/doc/*/html") if not path.is_symlink()]
    for folder in real:
        if (folder / INVENTORY).is_file():
            return folder
    msg = "the package holds no HTML documentation"
    raise NoDocsError(msg)


def _tidy(html: Path) -> None:
    """Make a package's pages stand on their own.

    Debian compresses big pages (whatsnew/changelog.html.gz), which no link expects, and points to
    other packages' scripts (../../../javascript), which are not here.
    """
    for packed in html.rglob("*.html.gz"):
        with gzip.open(packed) as source, packed.with_suffix("").open("wb") as target:
            shutil.copyfileobj(source, target)
        packed.unlink()
    for path in html.rglob("*"):
        if path.is_symlink():
            path.unlink()


def _run(command: list[str], limit_s: float, folder: Path | None = None) -> str:
    """Run a command that says little, without a shell and without questions."""
    try:
        done = subprocess.run(  # noqa: S603 (fixed programs; only names that apt itself gave)
            command,
            cwd=folder,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        msg = f"{command[0]} did not finish within {limit_s:g} s"
        raise NoDocsError(msg) from error
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.startswith("E:")]
        reason = (lines or done.stderr.splitlines() or ["no reason given"])[-1]
        msg = f"{command[0]} failed: {reason.removeprefix('E:').strip()}"
        raise NoDocsError(msg)
    return done.stdout
