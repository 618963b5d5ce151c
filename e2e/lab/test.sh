#!/bin/bash
# test.sh: everything that must hold before a change lands, with a summary at the end. A failing step does not hide
# the others. Installs what is missing.
. "$(dirname "$0")/common.sh"
cd "$REPO"
command -v cargo >/dev/null || die "Rust is not installed; see https://rustup.rs"
for component in rustfmt clippy; do
  cargo "${component/rustfmt/fmt}" --version >/dev/null 2>&1 || rustup component add $component
done
if is_root; then "$LAB/install.sh" core prom e2e build; else "$LAB/install.sh" core rootless prom e2e build; fi

summary=()
failed=0
step() { # NAME COMMAND...
  local name=$1 begin=$SECONDS result=ok
  shift
  say "== $name"
  "$@" || { result=FAILED; failed=1; }
  summary+=("$(printf '%-6s %5d s  %s' $result $((SECONDS - begin)) "$name")")
}
unit() {
  if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --workspace --all-features
  else
    cargo test --quiet --workspace --all-features --exclude podsteward-e2e &&
      cargo test --quiet --workspace --all-features --test repo
  fi
}
run_once() { # make run ARGS=--once must end by itself, with success, and leave nothing behind.
  local before after
  before=$(ls -d /sys/fs/cgroup/*/podsteward-* "${TMPDIR:-/tmp}"/podsteward-run.* 2>/dev/null | wc -l)
  PODSTEWARD_BIN=$binary timeout --kill-after=15 180 "$@" --once || return 1
  after=$(ls -d /sys/fs/cgroup/*/podsteward-* "${TMPDIR:-/tmp}"/podsteward-run.* 2>/dev/null | wc -l)
  [ "$before" = "$after" ] || { say "something was left behind"; return 1; }
}

step "format" cargo fmt --all --check
step "clippy" cargo clippy --quiet --workspace --all-targets --all-features -- -D warnings
step "build" cargo build --workspace --all-features --bins --tests
step "unit tests and simulation" unit
step "rules and dashboards" "$LAB/rules.sh"
step "real filesystems" "$LAB/filesystems.sh"
step "the store on full disks" "$LAB/store.sh"
step "the engine's contract on Podman 4.3 and 5.4" "$LAB/contract.sh" all
step "scenarios on Podman 4.3 and 5.4" "$LAB/e2e.sh" all
binary=$(target_dir)/debug/podsteward
step "the example once" run_once "$LAB/run.sh"
if is_root; then
  # The user of the throw-away world sees the checkout at another place.
  [[ $binary != "$REPO"/* ]] || binary=/mnt/repo${binary#"$REPO"}
  step "the example once, as an ordinary user" run_once "$LAB/ns.sh" "$LAB/user.sh" "e2e/lab/run.sh"
fi

say
say "== summary"
printf '%s\n' "${summary[@]}" >&2
exit $failed
