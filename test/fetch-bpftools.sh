#!/bin/bash
# fetch-bpftools.sh [DEST [ARCHITECTURE]]
#
# Puts the reference bpftools into DEST (default: .cache/bpftools of this repository) as bpftool-5.10, bpftool-7.1,
# bpftool-7.5 and bpftool-7.8, one for each version that ebpf-map speaks like, and prints which Debian package each
# came from. They are unpacked from Debian packages, never installed, and run through a dynamic loader and libraries
# of their own suite, so what this system has doesn't matter. Those already in DEST are kept: a cached DEST needs no
# network. Exit 1, with the names of what could not be had. Those of another architecture than this system's (amd64, arm64)
# are fetched, but can't be started to see whether they work.
#
# Uses apt with lists of its own, checked with Debian's keys and fetched from the mirror that this system's apt uses
# (or $DEBIAN_MIRROR). Needs apt, dpkg and debian-archive-keyring, which every Debian has, and no root.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
dest=${1:-$here/../.cache/bpftools}
mkdir -p "$dest"
dest=$(realpath "$dest")

keys=/usr/share/keyrings/debian-archive-keyring.gpg
mirror=${DEBIAN_MIRROR:-}
[ -n "$mirror" ] || mirror=$(apt-get indextargets --format "\$(REPO_URI)" | sed -nE 's,/debian/?$,,p' | sed -n 1p)
arch=${2:-$(dpkg --print-architecture)}
work=$(mktemp -d "${TMPDIR:-/tmp}/fetch-bpftools.XXXXXX")
trap 'rm -rf "$work"' EXIT

# apt_of NAME get|cache ARGS...: apt with the lists of source NAME alone
apt_of() {
  local lists=$work/$1 tool=$2
  shift 2
  "apt-$tool" -qq -o Dir::Etc::sourcelist="$lists/sources" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o Dir::State="$lists" \
    -o Dir::State::status="$lists/status" -o Dir::Cache="$lists" -o APT::Architecture="$arch" \
    -o APT::Architectures="$arch" -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=2 "$@"
}

# update_lists NAME PATH SUITE [PATH SUITE]...: PATH is the mirror's folder, debian or debian-security
update_lists() {
  local lists=$work/$1
  shift
  mkdir -p "$lists/lists/partial" "$lists/archives/partial"
  : > "$lists/status"
  while [ $# -gt 0 ]; do
    echo "deb [signed-by=$keys] $mirror/$1 $2 main"
    shift 2
  done > "$lists/sources"
  apt_of "${lists##*/}" get update >&2
}

# fetch VERSION PACKAGES SOURCES...: the newest bpftool VERSION.* in SOURCES and the PACKAGES with its libraries
fetch() {
  local version=$1 packages=$2 full deb loader libs
  shift 2
  update_lists "$version" "$@" || return 1
  full=$(apt_of "$version" cache madison bpftool | awk -F'|' '{ gsub(/ /, "", $2); print $2 }' |
    grep -E "^([0-9]+:)?${version//./\\.}[.+~-]" | sort -Vu | tail -n 1)
  [ -n "$full" ] || return 1
  mkdir "$work/$version/debs" "$work/$version/root"
  # shellcheck disable=SC2086 # PACKAGES is a list of words
  (cd "$work/$version/debs" && apt_of "$version" get download "bpftool=$full" $packages >&2) || return 1
  for deb in "$work/$version"/debs/*.deb; do
    dpkg-deb -x "$deb" "$work/$version/root"
  done
  loader=$(cd "$work/$version/root" && find . -name 'ld-linux-*.so.*' -not -path '*/lib64/*' | sed -n 1p)
  libs=$(cd "$work/$version/root" && find . -name 'lib*.so.*' -printf '%h\n' | sort -u |
    sed "s,^\.,\$here/$version," | paste -sd:)
  rm -rf "${dest:?}/$version"
  mv "$work/$version/root" "$dest/$version"
  cat > "$work/wrapper" <<WRAPPER
#!/bin/sh
# bpftool $full
here=\${0%/*}
exec "\$here/$version/${loader#./}" --library-path "$libs" "\$here/$version/usr/sbin/bpftool" "\$@"
WRAPPER
  chmod 755 "$work/wrapper"
  mv "$work/wrapper" "$dest/bpftool-$version"
}

# have VERSION: the bpftool of that version is in DEST and starts, if it is one for here
have() {
  [ -x "$dest/bpftool-$1" ] || return 1
  [ "$arch" != "$(dpkg --print-architecture)" ] || "$dest/bpftool-$1" version > /dev/null 2>&1
}

missing=()
want() {
  if have "$1" || { fetch "$@" && have "$1"; }; then
    printf '%s\t%s\t%s\n' "$1" "$(sed -n 's/^# bpftool //p' "$dest/bpftool-$1")" "$dest/bpftool-$1"
  else
    missing+=("bpftool $1 (from ${*:3})")
  fi
}

want 5.10 "libc6 libelf1 zlib1g libcap2" debian bullseye
want 7.1 "libc6 libelf1 zlib1g libcap2" debian bookworm debian-security bookworm-security
want 7.5 "libc6 libelf1 zlib1g libcap2" debian bookworm debian bookworm-backports
want 7.8 "libc6 libelf1t64 zlib1g libcap2 libssl3t64 libzstd1" debian sid
if [ ${#missing[@]} -gt 0 ]; then
  printf 'fetch-bpftools: could not get %s\n' "${missing[@]}" >&2
  exit 1
fi
