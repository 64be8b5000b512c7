#!/bin/bash
# fetch-arm64.sh [DEST]
#
# Puts what a guest for arm64 consists of, besides the kernel and Node, into DEST (default: .cache/arm64 of this repository),
# if it isn't there: shells, perl, dpkg and the C and C++ libraries of Debian, unpacked from its packages. Uses apt with lists
# of its own, checked with Debian's keys, and the mirror that this system's apt uses (or $DEBIAN_MIRROR). Needs no root.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
dest=${1:-$here/../../.cache/arm64}
[ ! -e "$dest/usr/bin/dash" ] || exit 0
mkdir -p "$(dirname "$dest")"

keys=/usr/share/keyrings/debian-archive-keyring.gpg
mirror=${DEBIAN_MIRROR:-}
[ -n "$mirror" ] || mirror=$(apt-get indextargets --format "\$(REPO_URI)" | sed -nE 's,/debian/?$,,p' | sed -n 1p)
work=$(mktemp -d "${TMPDIR:-/tmp}/fetch-arm64.XXXXXX")
trap 'rm -rf "$work"' EXIT

apt_get() {
  apt-get -qq -o Dir::Etc::sourcelist="$work/sources" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o Dir::State="$work" \
    -o Dir::State::status="$work/status" -o Dir::Cache="$work" -o APT::Architecture=arm64 -o APT::Architectures=arm64 \
    -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=2 -o Debug::NoLocking=1 "$@" >&2
}

mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/root"
: > "$work/status"
echo "deb [signed-by=$keys] $mirror/debian trixie main" > "$work/sources"
apt_get update
apt_get install --download-only -y --no-install-recommends busybox-static dash dpkg libstdc++6 perl-base util-linux
for deb in "$work"/archives/*.deb; do dpkg-deb -x "$deb" "$work/root"; done
rm -rf "$work/root/usr/share" "$dest"
mv "$work/root" "$dest"
