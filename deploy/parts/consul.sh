#!/usr/bin/env bash
# Prints the path of a real Consul as the last line of standard output.
#
# An installed one is used. Otherwise it is built from source under the cache, in a
# module of its own, so that nothing of it gets into the program: version 1.13.9, the
# last line under the Mozilla Public License. That takes about 5 minutes, once.
set -euo pipefail

say() { printf 'consul: %s\n' "$*" >&2; }

if installed=$(command -v consul); then
  printf '%s\n' "$installed"
  exit 0
fi

version=v1.13.9
cache=${ORDERLY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/orderly}/parts
binary=$cache/consul-$version/consul
if [[ -x $binary ]]; then
  printf '%s\n' "$binary"
  exit 0
fi
if ! command -v go >/dev/null; then
  say "there is none on this machine, and no Go to build it; install it (https://developer.hashicorp.com/consul/install) so that 'consul' is found in PATH"
  exit 1
fi

mkdir -p "$cache"
work=$(mktemp -d "$cache/.consul-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
printf 'module consul.invalid/tool\n\ngo 1.26\n\nrequire github.com/hashicorp/consul %s\n' "$version" >go.mod
say "building $version (once, about 5 minutes)"
mkdir made
if ! GOFLAGS=-buildvcs=false nice go build -mod=mod -p "${JOBS:-2}" -o made/consul github.com/hashicorp/consul >log 2>&1; then
  say "it cannot be built; install consul, or look at what Go says:"
  tail -n 5 log >&2
  exit 1
fi
if ! made/consul version >log 2>&1; then
  say "it does not run here:"
  tail -n 5 log >&2
  exit 1
fi
# Somebody else may have been faster; then theirs is as good.
mv -T made "$cache/consul-$version" 2>/dev/null || true
printf '%s\n' "$binary"
