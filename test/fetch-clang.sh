#!/bin/bash
# fetch-clang.sh [DEST]
#
# Puts clang 19 into DEST (default: .cache/clang of this repository) as clang-19, and prints which Debian package it came
# from. It is unpacked from this system's own suite (Debian 12 and 13 have it), never installed, so that `clang` stays
# what it was. What is in DEST already is kept. Exit 1 if it can't be had. Needs apt and dpkg, and no root.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
dest=${1:-$here/../.cache/clang}
mkdir -p "$dest"
dest=$(realpath "$dest")

have() {
  [ -x "$dest/clang-19" ] && "$dest/clang-19" --version > /dev/null 2>&1
}

fetch() {
  local work deb libs
  work=$(mktemp -d "${TMPDIR:-/tmp}/fetch-clang.XXXXXX")
  # shellcheck disable=SC2064 # the folder is known now
  trap "rm -rf '$work'" EXIT
  mkdir "$work/debs" "$work/root"
  (cd "$work/debs" && apt-get -qq -o APT::Sandbox::User=root download \
    clang-19 libclang-cpp19 libllvm19 libclang-common-19-dev >&2) || return 1
  for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/root"; done
  libs=$(cd "$work/root" && find . -name 'lib*.so*' -printf '%h\n' | sort -u | sed "s,^\.,\$here/19," | paste -sd:)
  rm -rf "${dest:?}/19"
  mv "$work/root" "$dest/19"
  cat > "$work/wrapper" <<WRAPPER
#!/bin/sh
# clang $(dpkg-deb -f "$(find "$work/debs" -name 'clang-19_*.deb')" Version)
here=\${0%/*}
LD_LIBRARY_PATH="$libs" exec "\$here/19/usr/lib/llvm-19/bin/clang" "\$@"
WRAPPER
  chmod 755 "$work/wrapper"
  mv "$work/wrapper" "$dest/clang-19"
}

have || { fetch && have; } || { echo "fetch-clang: could not get clang 19" >&2; exit 1; }
printf '19\t%s\t%s\n' "$(sed -n 's/^# clang //p' "$dest/clang-19")" "$dest/clang-19"
