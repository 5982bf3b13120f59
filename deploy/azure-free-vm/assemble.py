"""Puts the recipe together: files/ into cloud-init.yaml, both into main.json and the package.

`python deploy/azure-free-vm/assemble.py` writes them; with `--check` it only says what is old.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
PACKAGED = HERE.parents[1] / "packages/freevm/src/hotdish_freevm/recipe/main.json"

# What goes where on the VM, with its mode.
FILES = (
    ("hotdish-search.service", "/etc/systemd/system/hotdish-search.service", "0644"),
    ("hotdish-backup.service", "/etc/systemd/system/hotdish-backup.service", "0644"),
    ("hotdish-backup.timer", "/etc/systemd/system/hotdish-backup.timer", "0644"),
    ("hotdish-backup", "/usr/local/sbin/hotdish-backup", "0755"),
    ("hotdish-deploy", "/usr/local/sbin/hotdish-deploy", "0755"),
    ("Caddyfile", "/etc/caddy/Caddyfile", "0644"),
    ("caddy-hotdish.conf", "/etc/systemd/system/caddy.service.d/hotdish.conf", "0644"),
    ("domain.env", "/etc/hotdish/domain.env", "0644"),
    ("20auto-upgrades", "/etc/apt/apt.conf.d/20auto-upgrades", "0644"),
)


def main() -> int:
    """Write what is old, or only name it."""
    old = [path for path, text in assembled().items() if _read(path) != text]
    for path in old:
        print(path.relative_to(HERE.parents[1]))
    if "--check" in sys.argv[1:]:
        return 1 if old else 0
    for path, text in assembled().items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0


def assembled() -> dict[Path, str]:
    """Give each made file with its text."""
    cloud_init = _cloud_init()
    template = json.loads((HERE / "main.json").read_text(encoding="utf-8"))
    template["variables"]["cloudInit"] = cloud_init
    text = json.dumps(template, indent=2) + "\n"
    return {HERE / "cloud-init.yaml": cloud_init, HERE / "main.json": text, PACKAGED: text}


def _cloud_init() -> str:
    page = (HERE / "cloud-init.in.yaml").read_text(encoding="utf-8")
    return page.replace("@@FILES@@\n", "".join(_entry(*file) for file in FILES))


def _entry(name: str, path: str, mode: str) -> str:
    lines = (HERE / "files" / name).read_text(encoding="utf-8").splitlines()
    block = "".join(f"      {line}".rstrip() + "\n" for line in lines)
    return f'  - path: {path}\n    permissions: "{mode}"\n    content: |\n{block}'


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
