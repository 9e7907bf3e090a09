#!/usr/bin/env bash
# Runs a command with one sandbox per name, and stops them afterwards.
#
#   deploy/sandbox/with.sh [-flag=value ...] name ... -- command [argument ...]
#
# The command finds each kubeconfig in ORDERLY_SANDBOX_<NAME> (upper case, dashes
# as underscores) and all of them in KUBECONFIG, separated by colons. Flags go to
# every sandbox. The exit code is the command's.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
limit=120 # seconds until all must be ready

say() { printf 'with.sh: %s\n' "$*" >&2; }

usage() {
  say "$1"
  say "usage: with.sh [-flag=value ...] name ... -- command [argument ...]"
  exit 2
}

flags=() names=() pids=() list='' command=''
while (($#)) && [[ $1 != -- ]]; do
  case $1 in
    -*) flags+=("$1") ;;
    '' | *[!a-z0-9-]* | *-) usage "the name '$1' may have lower-case letters, digits and inner dashes" ;;
    *) names+=("$1") ;;
  esac
  shift
done
(($#)) && shift
((${#names[@]})) || usage "no sandbox is named"
[[ -z $(printf '%s\n' "${names[@]}" | sort | uniq -d) ]] || usage "a name is given twice"
(($#)) || usage "there is no command after --"

binary=$("$here/build.sh" | tail -n 1)
work=$(mktemp -d "${TMPDIR:-/tmp}/with-sandbox-XXXXXX")

# cleanup stops what this script started, the command first, and nothing else.
cleanup() {
  trap - EXIT
  trap '' INT TERM HUP
  [[ -z $command ]] || kill -TERM -- "-$command" 2>/dev/null || true
  kill -TERM ${pids[@]+"${pids[@]}"} 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# await returns when the i-th sandbox has written its kubeconfig.
await() {
  local name=${names[$1]} pid=${pids[$1]}
  until [[ -e $work/$name.kubeconfig ]]; do
    if ! kill -0 "$pid" 2>/dev/null; then
      say "$name ended before it was ready:"
    elif ((SECONDS - began > limit)); then
      say "$name is not ready after $limit s:"
    else
      sleep 0.1
      continue
    fi
    tail -n 20 "$work/$name.log" >&2
    exit 1
  done
}

began=$SECONDS
set -m # process groups of their own: Ctrl-C is for the command, cleanup for the sandboxes
for name in "${names[@]}"; do
  "$binary" -name "$name" -kubeconfig "$work/$name.kubeconfig" ${flags[@]+"${flags[@]}"} \
    >"$work/$name.log" 2>&1 </dev/null &
  pids+=($!)
done
set +m

for i in "${!names[@]}"; do
  await "$i"
  variable=$(tr 'a-z-' 'A-Z_' <<<"${names[i]}")
  export "ORDERLY_SANDBOX_$variable=$work/${names[i]}.kubeconfig"
  list+=${list:+:}$work/${names[i]}.kubeconfig
done
export KUBECONFIG=$list
say "${names[*]} ready after $((SECONDS - began)) s"

# At a terminal the command has to be in the foreground to read it. Otherwise it
# is waited for, so that a signal to this script is acted on at once.
code=0
if [[ -t 0 ]]; then
  "$@" || code=$?
else
  set -m
  "$@" <&0 &
  command=$!
  set +m
  wait "$command" || code=$?
  command=''
fi
exit "$code"
