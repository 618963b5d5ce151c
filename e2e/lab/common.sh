# Shared by the lab's scripts: where things are kept and how a script gives up. Sourced, never run.
set -euo pipefail

LAB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
REPO=$(cd "$LAB/../.." && pwd)
# Everything worth keeping between two runs (the Podman 5 tree, an unpacked busybox); safe to delete.
CACHE=${PODSTEWARD_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/podsteward-lab}
PODMAN5=$CACHE/podman-5.4
EXAMPLE_IMAGE=localhost/podsteward-example:1

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }
target_dir() { printf '%s' "${CARGO_TARGET_DIR:-$REPO/target}"; }

# Unix sockets allow some 100 characters of path, so scratch directories are short and never below the checkout.
scratch() { mktemp -d "${TMPDIR:-/tmp}/podsteward-$1.XXXXXX"; }

# discard DIR: delete a directory that may hold files of a rootless Podman's subordinate users.
discard() {
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    # Inside an exit trap a bare return would repeat the script's own status.
    rm -rf "$1" 2>/dev/null && return 0
    is_root || podman unshare rm -rf "$1" 2>/dev/null || true
    sleep 0.2
  done
  [ ! -e "$1" ] || die "could not delete $1"
}

# await PID: the status of a child, also when signals to this shell cut the wait short.
await() {
  local status late
  while :; do
    wait "$1" && status=0 || status=$?
    [ $status -gt 128 ] || return $status
    kill -0 "$1" 2>/dev/null || break
  done
  # Either a signal killed the child, or it ended in order just after a signal to us: then its status is still kept.
  wait "$1" 2>/dev/null && late=0 || late=$?
  [ $late = 127 ] || status=$late
  return $status
}
