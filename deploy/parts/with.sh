#!/usr/bin/env bash
# Runs a command that finds the real servers of the tests: ORDERLY_PROMETHEUS and
# the like name the program, or the folder of programs, that each script beside
# this one prints.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

for part in prometheus consul postgres mariadb; do
  found=$("$here/$part.sh" | tail -n 1)
  export "ORDERLY_${part^^}=$found"
done
exec "$@"
