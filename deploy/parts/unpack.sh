# Read by postgres.sh and mariadb.sh: unpacks packages of Debian or Ubuntu under the cache.
# Nothing is installed, and no root is needed.

cache=${ORDERLY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/orderly}/parts

say() { printf '%s: %s\n' "$part" "$*" >&2; }

# kept prints the folder of the newest version that was unpacked before.
kept() {
  local found
  found=$(compgen -G "$cache/$part-*/" | sort -V | tail -n 1) || return 1
  [[ -n $found ]] && printf '%s\n' "${found%/}"
}

# unpack PACKAGE... unpacks the packages, and the libraries that this machine lacks for them, into
# $cache/$part-VERSION, the version being that of the first.
unpack() {
  local work own=() packages version deb
  if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    say "there is none on this machine, and it is not one of Debian or Ubuntu; install it"
    return 1
  fi
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/.$part-XXXXXX")
  # shellcheck disable=SC2064
  trap "rm -rf '$work'" EXIT
  # apt drops root for a download, to an account that has to reach this folder.
  chmod 755 "$work"
  cd "$work"
  say "fetching the packages (once)"
  if ! wanted "$@" >packages || ! xargs apt-get -q download <packages >log 2>&1; then
    # The machine's lists are missing or old: read them anew, into this folder.
    mkdir -p lists/partial archives/partial
    own=(-o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work" -o "Dir::Cache::archives=$work/archives")
    if ! apt-get -q "${own[@]}" update >log 2>&1 || ! wanted "$@" >packages || ! xargs apt-get -q "${own[@]}" download <packages >>log 2>&1; then
      say "the packages cannot be fetched; install it, or look at what apt says:"
      tail -n 5 log >&2
      return 1
    fi
  fi
  version=$(dpkg-deb --field "$(compgen -G "$1_*.deb" | head -n 1)" Version)
  mkdir unpacked
  for deb in *.deb; do
    dpkg-deb --extract "$deb" unpacked
  done
  # Somebody else may have been faster; then theirs is as good.
  mv -T unpacked "$cache/$part-${version//:/_}" 2>/dev/null || true
  cd "$cache"
  rm -rf "$work"
}

# wanted lists the packages and the libraries that would come with them.
wanted() {
  printf '%s\n' "$@"
  apt-get "${own[@]}" -s install --no-install-recommends "$@" 2>/dev/null | awk '$1 == "Inst" && $2 ~ /^lib/ && $2 !~ /^lib(llvm|.*-perl$)/ { print $2 }' | grep -vxF -f <(printf '%s\n' "$@") || true
}

# libraries prints the folders of the libraries that were unpacked into a folder.
libraries() { compgen -G "$1/usr/lib/*-linux-gnu" | paste -s -d :; }

# wrap FILE FOLDER COMMAND... writes a program that runs the command, with the libraries of the folder when one is named.
wrap() {
  local file=$1 folder=$2
  shift 2
  {
    printf '#!/usr/bin/env bash\n'
    [[ -z $folder ]] || printf 'export LD_LIBRARY_PATH=%q${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}\n' "$(libraries "$folder")"
    printf 'exec'
    printf ' %q' "$@"
    printf ' "$@"\n'
  } >"$file.new"
  chmod 755 "$file.new"
  mv "$file.new" "$file"
}
