#!/usr/bin/env bash
# Prints a folder with the programs postgres and initdb of a real PostgreSQL as the last line of standard output.
#
# Installed ones are used. Otherwise the packages of Debian or Ubuntu are unpacked under the cache, in a folder named
# after their version; PostgreSQL finds its files beside itself. Remove that folder to fetch a newer version.
set -euo pipefail

part=postgres
# shellcheck source=deploy/parts/unpack.sh
source "$(dirname "${BASH_SOURCE[0]}")/unpack.sh"

# installed prints the folder of an installed one, the newest when there are several.
installed() {
  local found
  [[ -z ${ORDERLY_UNPACK:-} ]] || return 1
  found=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1) || found=$(command -v initdb) || return 1
  dirname "$(readlink -f "$found")"
}

if folder=$(installed); then
  printf '%s\n' "$folder"
  exit 0
fi

fetch() {
  local server
  server=$(apt-cache depends postgresql 2>/dev/null | awk '$1 == "Depends:" && $2 ~ /^postgresql-[0-9]+$/ { print $2; exit }')
  unpack "${server:-postgresql-15}" libpq5
}

unpacked=$(kept) || { fetch && unpacked=$(kept); }
folder=$unpacked/programs
mkdir -p "$folder"
bin=$(compgen -G "$unpacked/usr/lib/postgresql/*/bin" | head -n 1)
wrap "$folder/postgres" "$unpacked" "$bin/postgres"
wrap "$folder/initdb" "$unpacked" "$bin/initdb"
if ! said=$("$folder/initdb" --version 2>&1); then
  say "it does not run here: $said"
  exit 1
fi
printf '%s\n' "$folder"
