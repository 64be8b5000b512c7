#!/bin/bash
# fetch-gcc-bpf.sh [DEST]
#
# Puts gcc-bpf 16 into DEST (default: .cache/gcc-bpf of this repository) as gcc-16, and prints which Debian package it came
# from. Debian 12's gcc-bpf writes no line information, so it comes from sid, with the libraries that it needs; it is
# unpacked, never installed. What is in DEST already is kept. Exit 1 if it can't be had. Uses apt with lists of its own,
# checked with Debian's keys. Needs apt and dpkg on amd64, and no root.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
dest=${1:-$here/../.cache/gcc-bpf}
mkdir -p "$dest"
dest=$(realpath "$dest")
packages=(gcc-bpf binutils-bpf libc6 libgcc-s1 libstdc++6 libsframe3 libgmp10 libisl23 libmpc3 libmpfr6 libzstd1 zlib1g)

have() {
  [ -x "$dest/gcc-16" ] && "$dest/gcc-16" --version > /dev/null 2>&1
}

# apt_of_sid get|cache ARGS...: apt with the lists of sid alone
apt_of_sid() {
  local tool=$1
  shift
  "apt-$tool" -qq -o Dir::Etc::sourcelist="$work/sources" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o Dir::State="$work" \
    -o Dir::State::status="$work/status" -o Dir::Cache="$work" -o APT::Architecture=amd64 -o APT::Architectures=amd64 \
    -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=2 "$@"
}

fetch() {
  local mirror=${DEBIAN_MIRROR:-} deb
  work=$(mktemp -d "${TMPDIR:-/tmp}/fetch-gcc-bpf.XXXXXX")
  # shellcheck disable=SC2064 # the folder is known now
  trap "rm -rf '$work'" EXIT
  [ -n "$mirror" ] || mirror=$(apt-get indextargets --format "\$(REPO_URI)" | sed -nE 's,/debian/?$,,p' | sed -n 1p)
  mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/debs" "$work/root"
  : > "$work/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror/debian sid main" > "$work/sources"
  apt_of_sid get update >&2 || return 1
  (cd "$work/debs" && apt_of_sid get download "${packages[@]}" >&2) || return 1
  for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/root"; done
  rm -rf "${dest:?}/16"
  mv "$work/root" "$dest/16"
  # The passes that gcc starts need sid's C library as well as gcc itself.
  cat > "$work/wrapper" <<WRAPPER
#!/bin/sh
# gcc-bpf $(dpkg-deb -f "$(find "$work/debs" -name 'gcc-bpf_*.deb')" Version)
root=\$(dirname "\$(realpath "\$0")")/16/usr
libraries=\$root/lib/x86_64-linux-gnu
loader=\$libraries/ld-linux-x86-64.so.2
exec "\$loader" --library-path "\$libraries" --argv0 "\$root/bin/bpf-gcc" "\$root/bin/bpf-gcc" \\
  -wrapper "\$loader,--library-path,\$libraries" "\$@"
WRAPPER
  chmod 755 "$work/wrapper"
  mv "$work/wrapper" "$dest/gcc-16"
}

have || { fetch && have; } || { echo "fetch-gcc-bpf: could not get gcc-bpf 16" >&2; exit 1; }
printf '16\t%s\t%s\n' "$(sed -n 's/^# gcc-bpf //p' "$dest/gcc-16")" "$dest/gcc-16"
