#!/bin/bash
# fetch-clang.sh [DEST]
#
# Puts clang 19 into DEST (default: .cache/clang of this repository) as clang-19, beside the clang of this system, and
# prints which Debian package it came from. It is unpacked from this system's own suite or, where that has none, from
# trixie, never installed, so that `clang` stays what it was. What is in DEST already is kept. Exit 1 if it can't be had.
#
# Debian 12 has clang 19 in its own suite, whose libraries fit this system's; on others the loader and libc of trixie
# come along. Needs apt and dpkg, which every Debian has, and no root.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
dest=${1:-$here/../.cache/clang}
mkdir -p "$dest"
dest=$(realpath "$dest")

have() {
  [ -x "$dest/clang-19" ] && "$dest/clang-19" --version > /dev/null 2>&1
}

work=$(mktemp -d "${TMPDIR:-/tmp}/fetch-clang.XXXXXX")
trap 'rm -rf "$work"' EXIT

own_suite_has() {
  apt-cache show clang-19 > /dev/null 2>&1
}

# apt_of get|cache ARGS...: apt with this system's lists, or with trixie's alone
apt_of() {
  local tool=$1
  shift
  if [ -z "${trixie:-}" ]; then "apt-$tool" -qq "$@" && return; fi
  "apt-$tool" -qq -o Dir::Etc::sourcelist="$work/sources" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o Dir::State="$work" \
    -o Dir::State::status="$work/status" -o Dir::Cache="$work" -o APT::Sandbox::User=root \
    -o Acquire::Languages=none -o Acquire::Retries=2 "$@"
}

use_trixie() {
  local keys=/usr/share/keyrings/debian-archive-keyring.gpg mirror=${DEBIAN_MIRROR:-}
  [ -n "$mirror" ] || mirror=$(apt-get indextargets --format "\$(REPO_URI)" | sed -nE 's,/debian/?$,,p' | sed -n 1p)
  mkdir -p "$work/lists/partial" "$work/archives/partial"
  : > "$work/status"
  echo "deb [signed-by=$keys] $mirror/debian trixie main" > "$work/sources"
  trixie=1
  apt_of get update >&2
}

fetch() {
  local packages="clang-19 libclang-cpp19 libllvm19 libclang-common-19-dev" deb libs loader=""
  if ! own_suite_has; then
    use_trixie
    packages="$packages libc6 libstdc++6 libgcc-s1 libz3-4 libedit2 libxml2 libtinfo6 zlib1g libzstd1 libbsd0 libmd0 liblzma5 libffi8 libicu76"
  fi
  mkdir "$work/debs" "$work/root"
  # shellcheck disable=SC2086 # PACKAGES is a list of words
  (cd "$work/debs" && apt_of get download -o APT::Sandbox::User=root $packages >&2) || return 1
  for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/root"; done
  libs=$(cd "$work/root" && find . \( -name 'lib*.so.*' -o -name 'lib*.so' \) -printf '%h\n' | sort -u | sed "s,^\.,\$here/19," | paste -sd:)
  if [ -n "${trixie:-}" ]; then
    loader=$(cd "$work/root" && find . -name 'ld-linux-*.so.*' -not -path '*/lib64/*' | sed -n 1p)
  fi
  rm -rf "${dest:?}/19"
  mv "$work/root" "$dest/19"
  {
    echo '#!/bin/sh'
    echo "# clang $(dpkg-deb -f "$(find "$work/debs" -name 'clang-19_*.deb')" Version)"
    # shellcheck disable=SC2016 # the wrapper expands it
    echo 'here=${0%/*}'
    if [ -n "$loader" ]; then
      echo "exec \"\$here/19/${loader#./}\" --library-path \"$libs\" \"\$here/19/usr/lib/llvm-19/bin/clang\" \"\$@\""
    else
      echo "LD_LIBRARY_PATH=\"$libs\" exec \"\$here/19/usr/lib/llvm-19/bin/clang\" \"\$@\""
    fi
  } > "$work/wrapper"
  chmod 755 "$work/wrapper"
  mv "$work/wrapper" "$dest/clang-19"
}

have || { fetch && have; } || { echo "fetch-clang: could not get clang 19" >&2; exit 1; }
printf '19\t%s\t%s\n' "$(sed -n 's/^# clang //p' "$dest/clang-19")" "$dest/clang-19"
