#!/usr/bin/env bash
# Builds program and index here, where there is CPU, and uploads both to the VM.
#   deploy/azure-free-vm/push.sh azureuser@LABEL.REGION.cloudapp.azure.com
# Needs `make setup` in this checkout, ssh and tar. The VM only unpacks and restarts.
set -euo pipefail
target=${1:?usage: push.sh USER@HOST [FOLDER_TO_KEEP_THE_RELEASE_IN]}
root=$(cd "$(dirname "$0")/../.." && pwd)
release=${2:-$(mktemp -d)}

echo "1. Building the program ..." >&2
mkdir -p "$release/wheels"
"$root/.venv/bin/uv" build --quiet --wheel --out-dir "$release/wheels" "$root/packages/web"
"$root/.venv/bin/uv" build --quiet --wheel --out-dir "$release/wheels" "$root/packages/search"

echo "2. Building the index ..." >&2
"$root/.venv/bin/hotdish-search" index --data-dir "$release/data"
# The pages go with their index, which has to know where they are on the VM.
"$root/.venv/bin/python" - "$release/data" <<'PYTHON'
import contextlib, pathlib, shutil, sqlite3, sys
data = pathlib.Path(sys.argv[1])
with contextlib.closing(sqlite3.connect(data / "index.sqlite3")) as index, index:
    for number, name, folder in index.execute("SELECT number, name, folder FROM docset").fetchall():
        shutil.copytree(folder, data / "docs" / name, dirs_exist_ok=True)
        place = f"/var/lib/hotdish-search/docs/{name}"
        index.execute("UPDATE docset SET folder = ? WHERE number = ?", (place, number))
PYTHON
tar -czf "$release/data.tar.gz" -C "$release/data" .

echo "3. Uploading to $target ..." >&2
ssh "$target" 'rm -rf release && mkdir release'
tar -cf - -C "$release" wheels data.tar.gz | ssh "$target" 'tar -xf - -C release'
ssh "$target" 'sudo hotdish-deploy ~/release && rm -rf release'
