#!/usr/bin/env bash
# Builds the sandbox if these sources have not been built yet, and prints the
# binary's path as the last line of standard output.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

say() { printf 'sandbox: %s\n' "$*" >&2; }

if command -v sha256sum >/dev/null; then sum=(sha256sum); else sum=(shasum -a 256); fi

# What the binary is made of: everything here but tests, scripts of use and prose.
sources=(go.mod go.sum build.sh)
for f in *.go *.yaml; do
  [[ $f == *_test.go ]] || sources+=("$f")
done
hash=$(LC_ALL=C "${sum[@]}" "${sources[@]}" | "${sum[@]}" | cut -c1-16)

cache=${ORDERLY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/orderly}
binary=$cache/sandbox-$hash

if [[ ! -x $binary ]]; then
  mkdir -p "$cache"
  fresh=$(mktemp "$cache/.sandbox-XXXXXX")
  trap 'rm -f "$fresh"' EXIT
  version=$(go list -m -f '{{.Version}}' k8s.io/kubernetes)
  say "building Kubernetes $version: about 15 minutes the first time, about 1 minute with a warm Go build cache"
  began=$SECONDS
  go build -p 2 -trimpath \
    -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$version" \
    -o "$fresh" . >&2
  chmod 755 "$fresh"
  mv "$fresh" "$binary"
  say "built in $((SECONDS - began)) s"
fi
printf '%s\n' "$binary"
