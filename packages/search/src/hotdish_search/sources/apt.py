"""Debian's and Ubuntu's apt, asked by somebody who need not be root."""

import re
from dataclasses import dataclass
from pathlib import Path

from hotdish_search.sources.command import Growth, run
from hotdish_search.sources.job import Limits, Progress

_PACKAGE = re.compile(r"^python(3\.\d+)-doc$", re.MULTILINE)
_SIZE = re.compile(r"^Size: (\d+)$", re.MULTILINE)
_QUICK = (
    *("-o", "Acquire::Retries=0"),
    *("-o", "Acquire::http::Timeout=10"),
    *("-o", "Acquire::https::Timeout=10"),
)
# What the system starts after its own updates (clearing its cache, say) is not ours to start.
_NO_HOOKS = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"""


@dataclass(frozen=True, slots=True)
class Apt:
    """apt with one set of package lists: the system's as they are, or fresh ones of our own."""

    limits: Limits
    options: tuple[str, ...] = _QUICK

    def docs_packages(self) -> dict[str, str]:
        """Give the Pythons whose documentation is known, with the names of the packages."""
        names = self._run("apt-cache", "pkgnames", "python3.")
        return {match[1]: match[0] for match in _PACKAGE.finditer(names)}

    def download(self, package: str, folder: Path, progress: Progress) -> Path:
        """Download a package's newest version into an empty folder."""
        size = _SIZE.search(self._run("apt-cache", "show", "--no-all-versions", package))
        total = int(size[1]) if size else None
        growth = Growth(folder, lambda n_bytes: progress(n_bytes, total))
        self._run("apt-get", "-qq", "download", package, folder=folder, growth=growth)
        return next(folder.glob(f"{package}_*.deb"))

    def _run(
        self, tool: str, *arguments: str, folder: Path | None = None, growth: Growth | None = None
    ) -> str:
        return run([tool, *self.options, *arguments], self.limits, folder=folder, growth=growth)


def refreshed_apt(limits: Limits, folder: Path, progress: Progress) -> Apt:
    """Give an apt with package lists of its own, just fetched into an empty folder."""
    state = folder / "state"
    (state / "lists" / "partial").mkdir(parents=True)
    (state / "archives" / "partial").mkdir(parents=True)
    # An empty one: what is installed, maybe from elsewhere, is not on offer for that.
    status = folder / "status"
    status.touch()
    config = folder / "apt.conf"
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
    growth = Growth(folder, lambda n_bytes: progress(n_bytes, None))
    run(["apt-get", *options, "-qq", "update"], limits, growth=growth)
    return Apt(limits, options)
