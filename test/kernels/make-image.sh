#!/bin/bash
# make-image.sh TREE IMAGE PROGRAM...
#
# Makes an initramfs: TREE as /suite, and busybox, node and each PROGRAM of this system with the libraries that they
# need; of the system for arm64 that fetch-arm64.sh has put into the folder $ARM64, if that is set, with $ARM64_NODE. It is
# not compressed, since unpacking it would be emulated. Needs busybox-static and cpio, and no root.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: make-image.sh TREE IMAGE PROGRAM..." >&2; exit 2; }
tree=$(realpath -e "$1") image=$(realpath "$2")
shift 2
here=$(dirname "$(realpath "$0")")
root=$(mktemp -d "${TMPDIR:-/tmp}/make-image.XXXXXX")
trap 'rm -rf "$root"' EXIT

mkdir -p "$root"/{proc,sys,dev,tmp,run,root,etc,suite,usr/{bin,sbin,lib,lib64}}
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
chmod 1777 "$root/tmp"
echo 'root:x:0:0:root:/root:/bin/sh' > "$root/etc/passwd"
echo '127.0.0.1 localhost' > "$root/etc/hosts"
install -m 755 "$here/init.sh" "$root/init"

# put PATH: the file at the same path of the image
put() {
  [ -e "$root$1" ] || install -D -m 755 -- "$(realpath -e -- "$1")" "$root$1"
}

# put_own PROGRAM...: this system's, with their libraries
put_own() {
  local program path library
  install -m 755 "$(command -v busybox)" "$root/bin/busybox"
  for program; do
    path=$(command -v -- "$program")
    put "$path"
    for library in $(ldd "$path" | grep -o '/[^ ]*\.so[^ ]*'); do put "$library"; done
  done
}

# put_arm64 PROGRAM...: those of $ARM64, with all its libraries, since nothing here tells which of them they need
put_arm64() {
  local program
  install -m 755 "$ARM64/usr/bin/busybox" "$ARM64_NODE" "$root/usr/bin"
  install -m 755 "$ARM64/usr/bin/dash" "$root/usr/bin/sh"
  for program; do install -m 755 "$(find "$ARM64"/usr/{bin,sbin} -name "$program" | sed -n 1p)" "$root/usr/bin"; done
  mkdir -p "$root/usr/lib/aarch64-linux-gnu"
  cp -L "$ARM64"/usr/lib/aarch64-linux-gnu/*.so.[0-9]* "$root/usr/lib/aarch64-linux-gnu"
  cp -L "$ARM64/usr/lib/ld-linux-aarch64.so.1" "$root/usr/lib"
}

# busybox brings a sh of its own, but scripts are to run in the one that they run in elsewhere.
if [ -z "${ARM64:-}" ]; then
  put_own sh node "$@"
  modules=$(perl -e 'print grep { /perl-base/ } @INC')
else
  put_arm64 "$@"
  modules=$(find "$ARM64/usr/lib" -type d -name perl-base)
fi
# perl can do little without these
if [ -d "$modules" ]; then mkdir -p "$root${modules#"${ARM64:-}"}" && cp -a "$modules/." "$root${modules#"${ARM64:-}"}"; fi
cp -a "$tree/." "$root/suite"
(cd "$root" && find . -mindepth 1 -print0 | cpio -0 -o -H newc --quiet -R +0:+0) > "$image"
