#!/usr/bin/env bash
# Prints the path of a real Prometheus as the last line of standard output.
#
# An installed one is used. Otherwise the package of Debian or Ubuntu is unpacked
# under the cache, in a folder named after its version; nothing is installed, and
# no root is needed. Remove that folder to fetch a newer version.
set -euo pipefail

say() { printf 'prometheus: %s\n' "$*" >&2; }

if installed=$(command -v prometheus); then
  printf '%s\n' "$installed"
  exit 0
fi

cache=${ORDERLY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/orderly}/parts

# kept prints the newest version that was unpacked before.
kept() {
  local found
  found=$(compgen -G "$cache/prometheus-*/usr/bin/prometheus" | sort -V | tail -n 1) || return 1
  [[ -n $found ]] && printf '%s\n' "$found"
}

if kept; then
  exit 0
fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  say "there is none on this machine; install it (https://prometheus.io/download) so that 'prometheus' is found in PATH"
  exit 1
fi

mkdir -p "$cache"
work=$(mktemp -d "$cache/.prometheus-XXXXXX")
trap 'rm -rf "$work"' EXIT
# apt drops root for a download, to an account that has to reach this folder.
chmod 755 "$work"
cd "$work"

# download fetches the package, verified by apt against its signed lists.
download() { apt-get -q "$@" download prometheus >log 2>&1; }

say "fetching the package (once, about 20 MB)"
if ! download; then
  # The machine's lists are missing or old: read them anew, into this folder.
  mkdir -p lists/partial archives/partial
  own=(-o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work" -o "Dir::Cache::archives=$work/archives")
  if ! apt-get -q "${own[@]}" update >log 2>&1 || ! download "${own[@]}"; then
    say "the package cannot be fetched; install prometheus, or look at what apt says:"
    tail -n 5 log >&2
    exit 1
  fi
fi

package=$(compgen -G 'prometheus_*.deb' | head -n 1)
version=$(dpkg-deb --field "$package" Version)
dpkg-deb --extract "$package" unpacked
if ! unpacked/usr/bin/prometheus --version >log 2>&1; then
  say "version $version does not run here:"
  tail -n 5 log >&2
  exit 1
fi
# Somebody else may have been faster; then theirs is as good.
mv -T unpacked "$cache/prometheus-$version" 2>/dev/null || true
kept
