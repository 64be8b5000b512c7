#!/bin/bash
# make-image.sh TREE IMAGE PROGRAM...
#
# Makes an initramfs: TREE as /suite, and busybox, node and each PROGRAM of this system with the libraries that they
# need. It is not compressed, since unpacking it would be emulated. Needs busybox-static and cpio, and no root.
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

install -m 755 "$(command -v busybox)" "$root/bin/busybox"
# busybox brings a sh of its own, but scripts are to run in the one that they run in elsewhere.
for program in sh node "$@"; do
  path=$(command -v -- "$program")
  put "$path"
  for library in $(ldd "$path" | grep -o '/[^ ]*\.so[^ ]*'); do put "$library"; done
done
# perl can do little without these
modules=$(perl -e 'print grep { /perl-base/ } @INC')
if [ -d "$modules" ]; then mkdir -p "$root$modules" && cp -a "$modules/." "$root$modules"; fi
cp -a "$tree/." "$root/suite"
(cd "$root" && find . -mindepth 1 -print0 | cpio -0 -o -H newc --quiet -R +0:+0) > "$image"
