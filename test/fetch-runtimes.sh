#!/bin/bash
# fetch-runtimes.sh [DEST]
#
# Puts Bun, Deno and esbuild, which come as npm packages, into DEST (default: .cache/runtimes of this repository) as bun,
# deno and esbuild, and prints their versions. Their install scripts aren't run. What is in DEST already is kept. Exit 1 if one can't be had.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
dest=${1:-$here/../.cache/runtimes}
mkdir -p "$dest"
dest=$(realpath "$dest")

have() {
  local name
  for name in bun deno esbuild; do "$dest/$name" --version > /dev/null 2>&1 || return 1; done
}

fetch() {
  local cpu bun
  case $(uname -m) in aarch64) cpu=arm64 bun=@oven/bun-linux-aarch64 ;; *) cpu=x64 bun=@oven/bun-linux-x64 ;; esac
  echo '{ "private": true }' > "$dest/package.json"
  (cd "$dest" && npm install --ignore-scripts --no-audit --no-fund --silent \
    "$bun" "@deno/linux-$cpu-glibc" "@esbuild/linux-$cpu") >&2 || return 1
  ln -sf "node_modules/$bun/bin/bun" "$dest/bun"
  ln -sf "node_modules/@deno/linux-$cpu-glibc/deno" "$dest/deno"
  ln -sf "node_modules/@esbuild/linux-$cpu/bin/esbuild" "$dest/esbuild"
}

have || { fetch && have; } || { echo "fetch-runtimes: could not get Bun, Deno and esbuild" >&2; exit 1; }
printf 'bun\t%s\n' "$("$dest/bun" --version)"
printf 'deno\t%s\n' "$("$dest/deno" --version | sed -n 's/^deno \([^ ]*\).*/\1/p')"
printf 'esbuild\t%s\n' "$("$dest/esbuild" --version)"
