#!/usr/bin/env bash
# Prints a folder with the programs mariadbd and mariadb-install-db of a real MariaDB as the last line of standard output.
#
# Installed ones are used. Otherwise the packages of Debian or Ubuntu are unpacked under the cache, in a folder named
# after their version. Remove that folder to fetch a newer version.
set -euo pipefail

part=mariadb
# shellcheck source=deploy/parts/unpack.sh
source "$(dirname "${BASH_SOURCE[0]}")/unpack.sh"
PATH=$PATH:/usr/sbin:/usr/local/sbin

# programs FOLDER PREFIX LIBRARIES writes the programs of the MariaDB below a prefix into a folder.
programs() {
  mkdir -p "$1"
  wrap "$1/mariadbd" "$3" "$2/sbin/mariadbd" --no-defaults --basedir="$2"
  wrap "$1/mariadb-install-db" "$3" bash "$2/bin/mariadb-install-db" --no-defaults --basedir="$2"
}

if installed=$(command -v mariadbd) && command -v mariadb-install-db >/dev/null; then
  folder=$cache/installed-mariadb
  programs "$folder" "$(dirname "$(dirname "$(readlink -f "$installed")")")" ''
else
  unpacked=$(kept) || { unpack mariadb-server-core mariadb-client-core && unpacked=$(kept); }
  folder=$unpacked/programs
  programs "$folder" "$unpacked/usr" "$unpacked"
fi
if ! said=$("$folder/mariadbd" --version 2>&1); then
  say "it does not run here: $said"
  exit 1
fi
printf '%s\n' "$folder"
