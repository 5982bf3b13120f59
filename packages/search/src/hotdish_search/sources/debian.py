"""The package python3.*-doc of Debian and Ubuntu, fetched and unpacked without being root.

apt is asked with the system's package lists as they are, which is quick, and if those are missing
or too old with fresh lists of our own, thrown away afterwards. The machine's apt is only read.
"""

import gzip
import shutil
from pathlib import Path

from hotdish_search.sources import shelf
from hotdish_search.sources.apt import Apt, refreshed_apt
from hotdish_search.sources.command import run
from hotdish_search.sources.folder import INVENTORY
from hotdish_search.sources.job import Docs, Job, NoDocsError
from hotdish_search.sources.web import NoAnswerError

_TOOLS = ("apt-get", "apt-cache", "dpkg-deb")


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
        return _download_with(Apt(job.limits), job, workshop / "quick")
    except NoAnswerError:
        raise  # fresh lists would not come either
    except NoDocsError as error:
        job.say(f"Refreshing package lists of our own: {error}")
    folder = workshop / "apt"
    folder.mkdir()
    apt = refreshed_apt(job.limits, folder, job.progress)
    return _download_with(apt, job, workshop / "fresh")


def _download_with(apt: Apt, job: Job, folder: Path) -> Path:
    packages = apt.docs_packages()
    order = job.order(packages)
    if not order:
        wanted = f"python{job.python}-doc" if job.python else "python3.*-doc"
        have = f" (it has {', '.join(sorted(packages.values()))})" if packages else ""
        msg = f"apt knows no {wanted}{have}"
        raise NoDocsError(msg)
    package = packages[order[0]]
    job.say(f"Downloading the package {package} with apt-get")
    folder.mkdir()
    return apt.download(package, folder, job.progress)


def _unpack(job: Job, package: Path, workshop: Path) -> Docs:
    tree = workshop / "tree"
    run(["dpkg-deb", "-x", str(package), str(tree)], job.limits)
    html = _html_in(tree)
    _tidy(html)
    name, version = package.name.split("_")[:2]
    python = name.removeprefix("python").removesuffix("-doc")
    return shelf.put(job, f"python-{python}-debian", html, f"Debian package {name} {version}")


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
