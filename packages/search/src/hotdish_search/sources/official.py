"""The archives that python.org publishes: of the newest state of a version, and of each release."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hotdish_search.sources import shelf
from hotdish_search.sources.fetch import fetch
from hotdish_search.sources.job import Docs, Job, NoDocsError, minor_version, version_key
from hotdish_search.sources.web import NoAnswerError, host_of, read_listing

# Where an archive may lie, tried in this order. bzip2 is a third smaller than zip.
_NEWEST_STATE = (
    "{docs}/{minor}/archives/python-{minor}-docs-html.tar.bz2",
    "{docs}/{minor}/archives/python-{minor}-docs-html.zip",
)
_RELEASE = (
    "{docs}/{minor}/archives/python-{release}-docs-html.tar.bz2",
    "{releases}/{release}/python-{release}-docs-html.tar.bz2",
    "{releases}/{release}/python-{release}-docs-html.zip",
)
# Where the releases of a version are listed.
_LISTINGS = ("{docs}/{minor}/archives/", "{releases}/")
_LISTED = re.compile(r'(?:href="|python-)(?P<release>3\.\d+(?:\.\d+)?)(?:/"|-docs-html\.)')
# The site's own name for the newest version.
_NEWEST = "3"


def fetch_official(job: Job) -> Docs:
    """Download the archive of the wanted version and put it on the shelf.

    Raises:
        NoDocsError: No server answers, or none has it.
    """
    asked = _Asked(job)
    with shelf.alone(job):
        if docs := shelf.came_meanwhile(job):
            return docs
        for minor in dict.fromkeys([job.best_python, *([] if job.python else [_NEWEST])]):
            for url in asked.urls(minor):
                if docs := asked.fetch(url, f"python-{minor}-official"):
                    return docs
    raise NoDocsError("; ".join(asked.failures))


@dataclass(slots=True)
class _Asked:
    """What has been asked so far, so that a server that does not answer is asked once."""

    job: Job
    failures: list[str] = field(default_factory=list)
    dead_hosts: set[str] = field(default_factory=set)

    def fetch(self, url: str, name: str) -> Docs | None:
        """Give the documentation in the archive at a URL, or note why there is none."""
        if host_of(url) in self.dead_hosts:
            return None
        try:
            self.job.say(f"Trying {url}")
            return fetch(url, name, self.job)
        except NoDocsError as error:
            self._note(url, error)
            return None

    def urls(self, minor: str) -> Iterator[str]:
        """Give every place where a version's archive may be, asking for lists only in need."""
        sites = {"docs": self.job.machine.docs_site, "releases": self.job.machine.release_site}
        if minor != _NEWEST:
            yield from (pattern.format(minor=minor, **sites) for pattern in _NEWEST_STATE)
        listings = [listing.format(minor=minor, **sites) for listing in _LISTINGS]
        for release in self._releases(minor, listings):
            yield from (p.format(minor=minor, release=release, **sites) for p in _RELEASE)

    def _releases(self, minor: str, listings: list[str]) -> Iterator[str]:
        running = self.job.machine.running.rstrip("+")  # 3.13.0+ is built from a checkout
        if minor_version(running) == minor:
            yield running
        for listing in listings:
            releases = self._listed(listing, minor)
            if releases:
                yield max(releases, key=version_key)

    def _listed(self, listing: str, minor: str) -> set[str]:
        if host_of(listing) in self.dead_hosts:
            return set()
        try:
            page = read_listing(listing, self.job.limits)
        except NoDocsError as error:
            self._note(listing, error)
            return set()
        found = {match["release"] for match in _LISTED.finditer(page)}
        return {release for release in found if release.startswith(f"{minor}.")}

    def _note(self, url: str, error: NoDocsError) -> None:
        if isinstance(error, NoAnswerError):
            self.dead_hosts.add(host_of(url))
        self.failures.append(str(error))
