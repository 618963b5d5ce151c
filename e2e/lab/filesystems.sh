#!/bin/bash
# filesystems.sh [FILTER]: what the host says about real filesystems (controller/host/tests/filesystems.rs), on btrfs, ext4
# and tmpfs in a throw-away world of their own. Only root can mount them.
# Knob: PODSTEWARD_FILESYSTEMS_TESTS=the tests, where they are built already.
. "$(dirname "$0")/common.sh"
if ! is_root; then
  say "filesystems: skipped, they need root"
  exit 0
fi
"$LAB/install.sh" e2e build

cd "$REPO"
tests=${PODSTEWARD_FILESYSTEMS_TESTS:-}
if [ -z "$tests" ]; then
  # The very selection that the unit tests are built with, so that nothing is built twice.
  cargo build --quiet --workspace --all-features --bins --tests
  tests=$(cargo test --workspace --all-features --test filesystems --no-run 2>&1 | sed -n 's/.*Executable.*(\(.*\))$/\1/p')
fi
case $tests in /*) ;; *) tests=$REPO/$tests ;; esac
[ -x "$tests" ] || die "the tests of filesystems were not built"

dir=$(scratch filesystems)
trap 'discard "$dir"' EXIT
export PODSTEWARD_FILESYSTEMS=$dir RUST_BACKTRACE=0
# One at a time: most of them fill a filesystem to its brim.
if timeout --kill-after=15 300 "$LAB/ns.sh" bash -c '
  set -e
  "$1/loopfs.sh" btrfs "$2/btrfs" 512
  "$1/loopfs.sh" mixed "$2/mixed" 32
  "$1/loopfs.sh" ext4 "$2/ext4" 64
  "$1/loopfs.sh" tmpfs "$2/tmpfs" 16
  "$3" --ignored --test-threads 1 $4
' filesystems "$LAB" "$dir" "$tests" "${1:-}" >"$dir/log" 2>&1; then
  say "filesystems: $(sed -n 's/^test result: //p' "$dir/log")"
else
  say "filesystems: FAILED"
  grep -v ' \.\.\. ok$' "$dir/log" | tail -n 80 >&2
  exit 1
fi
