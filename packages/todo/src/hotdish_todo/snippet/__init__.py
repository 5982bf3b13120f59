"""The script that saves To Do's data from inside the browser, in three forms."""

from importlib import resources
from urllib.parse import quote

HOSTS = ("to-do.live.com", "to-do.office.com", "to-do.microsoft.com")

_BUTTON = """
const button = document.createElement('button');
button.textContent = 'Save a backup of To Do';
button.style.cssText = 'position:fixed;right:1rem;bottom:1rem;z-index:99999;padding:.6rem 1rem';
button.onclick = () => save().catch((error) => alert('The backup failed: ' + error));
document.body.append(button);
"""


def console_script() -> str:
    """Give the script to paste into the browser's console: one JavaScript expression."""
    source = resources.files(__name__).joinpath("dump.js").read_text(encoding="utf-8")
    return source.rstrip("\n")


def bookmarklet() -> str:
    """Give the script as an address for a bookmark."""
    return "javascript:" + quote(f"void {_without_comments(console_script())}", safe="()=>!*;,:'")


def userscript() -> str:
    """Give the script for a userscript extension; it adds a button to To Do's page."""
    script = _without_comments(console_script())
    matches = "".join(f"// @match   https://{host}/*\n" for host in HOSTS)
    return (
        "// ==UserScript==\n"
        "// @name    hotdish-todo: save a backup of Microsoft To Do\n"
        f"{matches}"
        "// @grant   none\n"
        "// ==/UserScript==\n\n"
        f"const save = {script.removesuffix('()')};\n{_BUTTON}"
    )


def _without_comments(script: str) -> str:
    """Drop lines that are comments; a bookmark keeps no line ends, so each would eat the rest."""
    lines = [line.split(" // ")[0] for line in script.splitlines()]
    return "\n".join(line for line in lines if not line.lstrip().startswith("//"))
