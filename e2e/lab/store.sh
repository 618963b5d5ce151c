#!/bin/bash
# store.sh [KIND...]: the store on filesystems that run full (controller/store/tests/full_disk.rs), each in a throw-away
# world of its own: btrfs, ext4 and tmpfs, unless one is named. Only root can mount them.
. "$(dirname "$0")/common.sh"
[ $# -gt 0 ] || set -- btrfs ext4 tmpfs
if ! is_root; then
  say "store: skipped, it needs root"
  exit 0
fi
"$LAB/install.sh" e2e build

cd "$REPO"
# The very selection that the unit tests are built with, so that nothing is built twice.
cargo build --quiet --workspace --all-features --bins --tests
tests=$(cargo test --workspace --all-features --test full_disk --no-run 2>&1 | sed -n 's/.*Executable.*(\(.*\))$/\1/p')
case $tests in /*) ;; *) tests=$REPO/$tests ;; esac
[ -x "$tests" ] || die "the tests of the store were not built"

failed=0
for kind in "$@"; do
  dir=$(scratch store)
  export PODSTEWARD_SMALL_DISK=$dir/disk RUST_BACKTRACE=0
  # One at a time: each fills the disk.
  if timeout --kill-after=15 300 "$LAB/ns.sh" bash -c '
    "$1/loopfs.sh" "$2" "$3" 160 && "$4" --ignored --test-threads 1
  ' store "$LAB" "$kind" "$PODSTEWARD_SMALL_DISK" "$tests" >"$dir/log" 2>&1; then
    say "store: $kind: $(sed -n 's/^test result: //p' "$dir/log")"
  else
    say "store: $kind: FAILED"
    grep -v ' \.\.\. ok$' "$dir/log" | tail -n 80 >&2
    failed=1
  fi
  discard "$dir"
done
exit $failed
