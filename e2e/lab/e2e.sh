#!/bin/bash
# e2e.sh [4.3|5.4|all] [FILTER]: runs the scenarios, each in a throw-away world of its own, on one or both Podmans.
# 4.3 is the system's own Podman (4.3 on Debian 12), 5.4 the tree of podman5.sh.
# Scenarios mostly wait, so there are three to a processor. Up to three that fail beside others are tried once more
# alone, and are named as flaky when they pass then: whether a machine stood still or a race is in them, somebody looks.
# Knobs: JOBS=2 scenarios at once, KEEP=1 keeps the directory of a failure,
# PODSTEWARD_BIN=the binary under test and PODSTEWARD_E2E_TESTS=the scenarios, where they are built already.
. "$(dirname "$0")/common.sh"
flavours=${1:-all}
filter=${2:-}
[ "$flavours" != all ] || flavours="4.3 5.4"
# An ordinary user has no namespaces that several Podmans could share in peace.
is_root && jobs=${JOBS:-$(($(nproc) * 3))} || jobs=1

groups=(core)
is_root || groups+=(rootless)
"$LAB/install.sh" "${groups[@]}" prom e2e build
[[ $flavours != *5.4* ]] || "$LAB/podman5.sh"
"$LAB/image.sh" >/dev/null

cd "$REPO"
if [ -n "${PODSTEWARD_BIN:-}" ]; then
  selection=(--package podsteward-e2e)
else
  # The very selection that the unit tests are built with, so that nothing is built twice.
  selection=(--workspace)
  cargo build --quiet --workspace --all-features --bins --tests
  PODSTEWARD_BIN=$(target_dir)/debug/podsteward
fi
export PODSTEWARD_BIN RUST_BACKTRACE=0
tests=${PODSTEWARD_E2E_TESTS:-$(cargo test "${selection[@]}" --all-features --test e2e --no-run 2>&1 |
  sed -n 's/.*Executable.*(\(.*\))$/\1/p')}
case $tests in /*) ;; *) tests=$REPO/$tests ;; esac
[ -x "$tests" ] || die "the scenarios were not built"

results=$(scratch results)
trap 'rm -rf "$results"' EXIT
scenario() { # FLAVOUR TEST
  local dir begin end result
  export PODSTEWARD_E2E_PODMAN=$1
  dir=$(scratch e2e)
  export PODSTEWARD_E2E_DIR=$dir
  begin=$(date +%s%N)
  world=()
  ! is_root || world=("$LAB/ns.sh")
  if timeout --kill-after=15 240 "${world[@]}" "$tests" --exact "$2" --nocapture >"$dir/test.log" 2>&1; then result=ok; else result=FAILED; fi
  is_root || "$LAB/podman.sh" stop "$dir/podman" || result=FAILED
  end=$(date +%s%N)
  {
    printf '%-6s podman %s  %s  (%d.%d s)\n' "$result" "$1" "$2" $(((end - begin) / 1000000000)) $(((end - begin) / 100000000 % 10))
    [ $result = ok ] || for log in test.log lab.log controller.log proxy.log prometheus.log alertmanager.log podman/service.log; do
      [ ! -s "$dir/$log" ] || { echo "--- last lines of $log"; tail -n 60 "$dir/$log"; }
    done
  } | tee -a "$results/log"
  [ $result = ok ] || echo "$1 $2" >>"$failed"
  if [ $result = FAILED ] && [ -n "${KEEP:-}" ]; then say "kept: $dir"; else discard "$dir"; fi
}
export -f scenario scratch discard say die is_root
failed=$results/failed
export LAB REPO CACHE PODMAN5 EXAMPLE_IMAGE tests results failed
# An ordinary user mounts no filesystems.
mounted='^disk_\|^snapshot::\|^dashboards::'
! is_root || mounted='^$'
"$tests" --list 2>/dev/null | sed -n 's/: test$//p' | grep -v -e "$mounted" | grep -e "$filter" >"$results/list" || die "no scenario matches '$filter'"
run() { # JOBS: the scenarios that are named on standard input.
  xargs -P "$1" -L 1 bash -c 'set -euo pipefail; scenario "$0" "$1"'
}
for flavour in $flavours; do sed "s/^/$flavour /" "$results/list"; done | run "$jobs"

flaky=
if [ -e "$failed" ] && [ "$(wc -l <"$failed")" -le 3 ]; then
  mv "$failed" "$results/again"
  say "e2e: once more, alone:" && sed 's/^/  podman /' "$results/again" >&2
  run 1 <"$results/again"
  touch "$failed"
  flaky=$(grep -vxFf "$failed" "$results/again" || true)
  [ -s "$failed" ] || rm "$failed"
fi
[ -z "$flaky" ] || { say "e2e: flaky, passed alone only:" && sed 's/^/  podman /' <<<"$flaky" >&2; }
passed=$(grep -c '^ok ' "$results/log" || true)
if [ -e "$failed" ]; then
  say "e2e: $passed scenarios passed, $(wc -l <"$failed") failed:"
  sort "$failed" | sed 's/^/  podman /' >&2
  exit 1
fi
say "e2e: $passed scenarios passed"
