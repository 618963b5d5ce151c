#!/bin/bash
# bench.sh [FILTER]: measures podsteward against Podman itself and prints a table, on both Podmans.
. "$(dirname "$0")/common.sh"
if is_root; then "$LAB/install.sh" core build; else die "the bench needs root, for a world of its own"; fi
"$LAB/podman5.sh"
"$LAB/image.sh" >/dev/null
cd "$REPO"
cargo build --release --package podsteward --package podsteward-e2e --bins
export PODSTEWARD_BIN=$(target_dir)/release/podsteward
for flavour in 4.3 5.4; do
  dir=$(scratch bench)
  trap 'discard "$dir"' EXIT
  PODSTEWARD_E2E_PODMAN=$flavour PODSTEWARD_E2E_DIR=$dir \
    "$LAB/ns.sh" "$(target_dir)/release/podsteward-bench" "$@" || { tail -n 20 "$dir"/*.log >&2; exit 1; }
  discard "$dir"
done
