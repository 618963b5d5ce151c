#!/bin/bash
# bench.sh [FILTER]: measures podsteward against Podman itself and prints a table, on both Podmans. Before that, looking
# ahead is compared with predict_linear, which needs neither Podman nor root: FILTER forecast does only that.
# Knob: PODSTEWARD_BIN=a release binary that is built already, beside podsteward-bench.
. "$(dirname "$0")/common.sh"
cd "$REPO"
if [[ forecast == *"${1:-}"* ]]; then
  cargo bench --quiet --package podsteward-domain --bench forecast
fi
[ "${1:-}" != forecast ] || exit 0
if is_root; then "$LAB/install.sh" core build; else die "the bench needs root, for a world of its own"; fi
"$LAB/podman5.sh"
"$LAB/image.sh" >/dev/null
if [ -z "${PODSTEWARD_BIN:-}" ]; then
  cargo build --release --package podsteward --package podsteward-e2e --bins
  PODSTEWARD_BIN=$(target_dir)/release/podsteward
fi
export PODSTEWARD_BIN
for flavour in 4.3 5.4; do
  dir=$(scratch bench)
  trap 'discard "$dir"' EXIT
  PODSTEWARD_E2E_PODMAN=$flavour PODSTEWARD_E2E_DIR=$dir \
    "$LAB/ns.sh" "$(dirname "$PODSTEWARD_BIN")/podsteward-bench" "$@" || { tail -n 20 "$dir"/*.log >&2; exit 1; }
  discard "$dir"
done
