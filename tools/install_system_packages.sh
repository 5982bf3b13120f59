#!/usr/bin/env bash
# Installs the Debian packages that the tests drive, if they are missing and it may.
# Elsewhere it says plainly what it could not install; the tests that need it then fail or say so.
set -euo pipefail

packages=(
  caddy cloud-init systemd  # freevm: what the recipe of a VM is checked with
  chromium        # search, todo: the real browser
  firefox-esr     # todo: the other real browser
  redis-server    # web: the shared cache
  pgbouncer       # web: a pool in front of PostgreSQL
  docker-compose  # search: validates compose.yaml, needs no Docker engine
  xvfb xdotool    # menu: a real window on a virtual screen
  python3-tk      # menu: Tk of the system's own Python
)

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "Not installed (no apt-get here): ${missing[*]}. Install them your system's way." >&2
  exit 0
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if sudo -n true 2>/dev/null; then as_root=(sudo -n); else
    echo "Not installed (neither root nor sudo without a password): ${missing[*]}. Run: sudo apt-get install ${missing[*]}" >&2
    exit 0
  fi
fi
echo "Installing ${missing[*]} ..." >&2
export DEBIAN_FRONTEND=noninteractive
# Debian starts a server it installs; the tests start their own on a free port, so nothing shall start here.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod +x "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
if ! { "${as_root[@]}" apt-get update -qq &&
       "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; }; then
  echo "Not installed (apt-get failed, see above): ${missing[*]}. The tests that drive them will fail." >&2
fi
