#!/bin/bash
# contract.sh [4.3|5.4|all]: the contract of the engine (controller/podman/tests/contract.rs) against real
# Podman, each version in a throw-away world of its own. As an ordinary user it runs on the fake only: control groups v1
# give such a user no limits, and several Podmans no peace.
. "$(dirname "$0")/common.sh"
flavours=${1:-all}
[ "$flavours" != all ] || flavours="4.3 5.4"
if ! is_root; then
  say "contract: skipped, it needs root"
  exit 0
fi
"$LAB/install.sh" core build
[[ $flavours != *5.4* ]] || "$LAB/podman5.sh"

cd "$REPO"
# The very selection that the unit tests are built with, so that nothing is built twice.
cargo build --quiet --workspace --all-features --bins --tests
tests=$(cargo test --workspace --all-features --test contract --no-run 2>&1 | sed -n 's/.*Executable.*(\(.*\))$/\1/p')
case $tests in /*) ;; *) tests=$REPO/$tests ;; esac
[ -x "$tests" ] || die "the contract was not built"

contract() { # FLAVOUR
  local dir
  dir=$(scratch contract)
  export PODSTEWARD_E2E_PODMAN=$1 RUST_BACKTRACE=0 PODSTEWARD_CONTRACT_IMAGE=$EXAMPLE_IMAGE
  export PODSTEWARD_CONTRACT_SOCKET=unix://$dir/podman/podman.sock
  # One at a time: some of them tell by how long a call takes whether it did the right thing.
  if timeout --kill-after=15 600 "$LAB/ns.sh" bash -c '
    "$1/podman.sh" start "$2" && "$3" on_podman effects --test-threads 1
  ' contract "$LAB" "$dir/podman" "$tests" >"$dir/log" 2>&1; then
    say "contract: podman $1: $(sed -n 's/^test result: //p' "$dir/log")"
    discard "$dir"
  else
    say "contract: podman $1 FAILED"
    grep -v ' \.\.\. ok$' "$dir/log" | tail -n 80 >&2
    discard "$dir"
    return 1
  fi
}
running=()
for flavour in $flavours; do
  contract "$flavour" &
  running+=($!)
done
failed=0
for job in "${running[@]}"; do wait "$job" || failed=1; done
exit $failed
