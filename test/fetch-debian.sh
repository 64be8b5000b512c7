#!/bin/bash
# Puts a Debian system as small as it gets, for packages to be installed in, into .cache/debian.tar, if it isn't there. Needs
# debootstrap, root, and the mirror that this system's apt uses (or $DEBIAN_MIRROR).
set -euo pipefail
cd "$(dirname "$0")/.."
[ ! -s .cache/debian.tar ] || exit 0
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format "\$(REPO_URI)" | sed -n 1p)}
mkdir -p .cache
work=$(mktemp -d "${TMPDIR:-/tmp}/fetch-debian.XXXXXX")
trap 'rm -rf "$work"' EXIT
debootstrap --variant=minbase --include=libstdc++6 bookworm "$work/root" "$mirror" > "$work/log" || { tail "$work/log" >&2; exit 1; }
tar -C "$work/root" --exclude=./var/cache/apt --exclude=./var/lib/apt/lists --exclude=./usr/share/locale -cf "$work/debian.tar" .
mv "$work/debian.tar" .cache/debian.tar
