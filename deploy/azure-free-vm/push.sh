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
"$root/.venv/bin/hotdish-search" index --data-dir "$release/built"
"$root/.venv/bin/hotdish-search" export "$release/index.zip" --data-dir "$release/built"
# An imported index has its pages in its own folder, wherever that is moved. Doing it here too spares
# the VM's CPU credits.
"$root/.venv/bin/hotdish-search" import "$release/index.zip" --data-dir "$release/data"
tar -czf "$release/data.tar.gz" -C "$release/data" .

echo "3. Uploading to $target ..." >&2
ssh "$target" 'rm -rf release && mkdir release'
tar -cf - -C "$release" wheels data.tar.gz | ssh "$target" 'tar -xf - -C release'
ssh "$target" 'sudo hotdish-deploy ~/release && rm -rf release'
