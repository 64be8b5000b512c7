#!/bin/bash
# fetch-kernels.sh DEST SUITE:VERSION[:FLAVOUR]...
#
# Puts Debian's kernels into DEST, one for each SUITE:VERSION: the newest one of that suite, its security updates
# included, whose version begins so. FLAVOUR is cloud-amd64 unless given; the architecture is in its name (cloud-arm64, or
# arm64-16k with its pages of 16 KiB). Prints what was asked for, a tab and the kernel's path for each. What is in DEST
# already is kept, so a cached DEST needs no network. Exit 1, with the names of what could not be had.
#
# No version is pinned, since old ones leave the mirror. Uses apt with lists of its own, checked with Debian's keys and
# fetched from the mirror that this system's apt uses (or $DEBIAN_MIRROR). Needs apt, dpkg and debian-archive-keyring,
# which every Debian has, and no root.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: fetch-kernels.sh DEST SUITE:VERSION[:FLAVOUR]..." >&2; exit 2; }
mkdir -p "$1"
dest=$(realpath "$1")
shift

keys=/usr/share/keyrings/debian-archive-keyring.gpg
mirror=${DEBIAN_MIRROR:-}
[ -n "$mirror" ] || mirror=$(apt-get indextargets --format "\$(REPO_URI)" | sed -nE 's,/debian/?$,,p' | sed -n 1p)
work=$(mktemp -d "${TMPDIR:-/tmp}/fetch-kernels.XXXXXX")
trap 'rm -rf "$work"' EXIT

# apt_of SOURCE get|cache ARGS...: apt with the lists of that source alone
apt_of() {
  local lists=$work/$1 arch=${1##*.} tool=$2
  shift 2
  "apt-$tool" -qq -o Dir::Etc::sourcelist="$lists/sources" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o Dir::State="$lists" \
    -o Dir::State::status="$lists/status" -o Dir::Cache="$lists" -o APT::Architecture="$arch" \
    -o APT::Architectures="$arch" -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=2 "$@"
}

# update_lists SUITE security|main ARCH: fetches what the suite has, once, as source SUITE.security.ARCH
update_lists() {
  local lists=$work/$1.$2.$3
  [ ! -e "$lists" ] || return 0
  mkdir -p "$lists/lists/partial" "$lists/archives/partial"
  : > "$lists/status"
  echo "deb [signed-by=$keys] $mirror/debian $1 main" > "$lists/sources"
  case $1.$2 in
    sid.* | *-backports.* | *.main) ;;
    *) echo "deb [signed-by=$keys] $mirror/debian-security $1-security main" >> "$lists/sources" ;;
  esac
  apt_of "${lists##*/}" get update >&2
}

# place_of SUITE VERSION FLAVOUR: the folder of that kernel
place_of() {
  if [ "$3" = cloud-amd64 ]; then echo "$dest/$1-$2"; else echo "$dest/$1-$2-$3"; fi
}

# fetch SUITE VERSION FLAVOUR security|main: the newest such kernel, as vmlinuz-RELEASE in its folder
fetch() {
  local suite=$1 version=$2 flavour=$3 arch=amd64 source release package place
  place=$(place_of "$1" "$2" "$3")
  case $flavour in *arm64*) arch=arm64 ;; esac
  update_lists "$suite" "$4" "$arch" || return 1
  source=$suite.$4.$arch
  release=$(apt_of "$source" cache pkgnames linux- |
    sed -nE "s/^linux-(binary|image)-(${version//./\\.}[.+-](.*-)?[^-]*[0-9]-$flavour)\$/\2/p" | sort -Vu | tail -n 1)
  [ -n "$release" ] || return 1
  # Since 7.x the kernel itself has a package of its own, and linux-image-* is empty.
  package=linux-image-$release
  [ -z "$(apt_of "$source" cache pkgnames "linux-binary-$release")" ] || package=linux-binary-$release
  rm -rf "$work/deb" "$work/root" "$place"
  mkdir "$work/deb"
  (cd "$work/deb" && apt_of "$source" get download "$package" >&2) || return 1
  dpkg-deb -x "$work/deb"/*.deb "$work/root" || return 1
  mkdir -p "$place"
  find "$work/root" -type f \( -name 'vmlinuz-*' -o -name vmlinuz \) -exec cp {} "$place/vmlinuz-$release" \;
}

# kernel_of SUITE VERSION FLAVOUR: where that kernel is, if it is there
kernel_of() {
  find "$(place_of "$@")" -name 'vmlinuz-*' -size +1M 2> /dev/null | sed -n 1p
}

missing=()
for want; do
  IFS=: read -r suite version flavour <<< "$want:cloud-amd64"
  flavour=${flavour%%:*}
  # Mirrors lose security updates of old suites that their lists still name.
  [ -n "$(kernel_of "$suite" "$version" "$flavour")" ] || fetch "$suite" "$version" "$flavour" security ||
    fetch "$suite" "$version" "$flavour" main || true
  kernel=$(kernel_of "$suite" "$version" "$flavour")
  if [ -n "$kernel" ]; then printf '%s\t%s\n' "$want" "$kernel"; else missing+=("kernel $version ($flavour) of Debian $suite"); fi
done
if [ ${#missing[@]} -gt 0 ]; then
  printf 'fetch-kernels: could not get %s\n' "${missing[@]}" >&2
  exit 1
fi
