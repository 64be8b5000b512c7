#!/bin/bash
# fetch-kernels.sh DEST SUITE:VERSION...
#
# Puts Debian's cloud kernels into DEST, one for each SUITE:VERSION: the newest one of that suite, its security updates
# included, whose version begins so. Prints "SUITE:VERSION<tab>PATH" for each. What is in DEST already is kept, so a
# cached DEST needs no network. Exit 1, with the names of what could not be had.
#
# No version is pinned, since old ones leave the mirror. Uses apt with lists of its own, checked with Debian's keys and
# fetched from the mirror that this system's apt uses (or $DEBIAN_MIRROR). Needs apt, dpkg and debian-archive-keyring,
# which every Debian has, and no root.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: fetch-kernels.sh DEST SUITE:VERSION..." >&2; exit 2; }
mkdir -p "$1"
dest=$(realpath "$1")
shift

keys=/usr/share/keyrings/debian-archive-keyring.gpg
mirror=${DEBIAN_MIRROR:-}
[ -n "$mirror" ] || mirror=$(apt-get indextargets --format "\$(REPO_URI)" | sed -nE 's,/debian/?$,,p' | sed -n 1p)
work=$(mktemp -d "${TMPDIR:-/tmp}/fetch-kernels.XXXXXX")
trap 'rm -rf "$work"' EXIT

# apt_of SUITE get|cache ARGS...: apt with the lists of that suite alone
apt_of() {
  local lists=$work/$1 tool=$2
  shift 2
  "apt-$tool" -qq -o Dir::Etc::sourcelist="$lists/sources" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o Dir::State="$lists" \
    -o Dir::State::status="$lists/status" -o Dir::Cache="$lists" -o APT::Architecture=amd64 \
    -o APT::Architectures=amd64 -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=2 "$@"
}

# update_lists SUITE: fetches what the suite has, once
update_lists() {
  local suite=$1 lists=$work/$1
  [ ! -e "$lists" ] || return 0
  mkdir -p "$lists/lists/partial" "$lists/archives/partial"
  : > "$lists/status"
  echo "deb [signed-by=$keys] $mirror/debian $suite main" > "$lists/sources"
  case $suite in
    sid | *-backports) ;;
    *) echo "deb [signed-by=$keys] $mirror/debian-security $suite-security main" >> "$lists/sources" ;;
  esac
  apt_of "$suite" get update >&2
}

# fetch SUITE VERSION: the newest such kernel, as DEST/SUITE-VERSION/vmlinuz-RELEASE
fetch() {
  local suite=$1 version=$2 release package place=$dest/$1-$2
  update_lists "$suite" || return 1
  release=$(apt_of "$suite" cache pkgnames linux- |
    sed -nE "s/^linux-(binary|image)-(${version//./\\.}[.+-].*cloud-amd64)\$/\2/p" | sort -Vu | tail -n 1)
  [ -n "$release" ] || return 1
  # Since 7.x the kernel itself has a package of its own, and linux-image-* is empty.
  package=linux-image-$release
  [ -z "$(apt_of "$suite" cache pkgnames "linux-binary-$release")" ] || package=linux-binary-$release
  rm -rf "$work/deb" "$work/root" "$place"
  mkdir "$work/deb"
  (cd "$work/deb" && apt_of "$suite" get download "$package" >&2) || return 1
  dpkg-deb -x "$work/deb"/*.deb "$work/root" || return 1
  mkdir -p "$place"
  find "$work/root" -type f \( -name 'vmlinuz-*' -o -name vmlinuz \) -exec cp {} "$place/vmlinuz-$release" \;
}

# kernel_of SUITE VERSION: where that kernel is, if it is there
kernel_of() {
  find "$dest/$1-$2" -name 'vmlinuz-*' -size +1M 2> /dev/null | sed -n 1p
}

missing=()
for want; do
  suite=${want%%:*} version=${want#*:}
  [ -n "$(kernel_of "$suite" "$version")" ] || fetch "$suite" "$version" || true
  kernel=$(kernel_of "$suite" "$version")
  if [ -n "$kernel" ]; then printf '%s\t%s\n' "$want" "$kernel"; else missing+=("kernel $version of Debian $suite"); fi
done
if [ ${#missing[@]} -gt 0 ]; then
  printf 'fetch-kernels: could not get %s\n' "${missing[@]}" >&2
  exit 1
fi
