#!/bin/bash
# run.sh [ARG...]: brings the example up in a Podman of its own and keeps watching until Ctrl-C; ARGs go to
# `podsteward run`, for instance --once. Installs what is missing, builds what is not built, leaves nothing behind.
# Knob: PODSTEWARD_BIN=a binary that is built already.
. "$(dirname "$0")/common.sh"

if is_root; then "$LAB/install.sh" core build; else "$LAB/install.sh" core rootless build; fi
if [ -z "${PODSTEWARD_BIN:-}" ]; then
  command -v cargo >/dev/null || die "Rust is not installed; see https://rustup.rs"
  (cd "$REPO" && cargo build --release --package podsteward --package podsteward-e2e --bins)
  PODSTEWARD_BIN=$(target_dir)/release/podsteward
fi
export PODSTEWARD_BIN
dir=$(scratch run)
export PODSTEWARD_RUN_DIR=$dir
clean() {
  kill $(jobs -p) 2>/dev/null || true
  is_root || "$LAB/podman.sh" stop "$dir/podman"
  discard "$dir"
  [ ! -w "$REPO/.lab/env" ] || rm -rf "$REPO/.lab"
}
trap clean EXIT

# What another terminal needs to look at it.
cat >"$dir/env" <<ENV
export PATH=$(dirname "$PODSTEWARD_BIN"):\$PATH
export CONTAINER_HOST=unix://$dir/podman/podman.sock PODSTEWARD_PODMAN=unix://$dir/podman/podman.sock
export PODSTEWARD_MANIFESTS=$REPO/manifests PODSTEWARD_STATE=$dir/state
ENV
env=$dir/env
if mkdir -p "$REPO/.lab" 2>/dev/null && cp "$dir/env" "$REPO/.lab/env" 2>/dev/null; then env=.lab/env; fi
[[ " $* " == *" --once "* ]] || cat >&2 <<TEXT

  podsteward now keeps manifests/ running, in a Podman of its own.

  Look at it from another terminal, in this directory:
    . $env
    podsteward get
    podsteward describe container/app
    podman ps
    curl http://127.0.0.1:8080
    curl http://127.0.0.1:9920/metrics

  Break it:
    podman kill db                         it runs again at once
    podman rm --force web                  it is made again
    podman network disconnect back app     it is connected again
    podman stop app                        it stays stopped for a while: you seem to want that
    edit manifests/example/app.yaml        the host follows; an edit that cannot run is taken back

  End it with Ctrl-C. Nothing is left behind.

TEXT

if is_root; then
  # The world has a network of its own; its two ports are handed out to this host, where they are free.
  forward=$(dirname "$PODSTEWARD_BIN")/podsteward-forward
  export PODSTEWARD_FORWARD=$forward
  for port in 8080 9920; do
    "$forward" "127.0.0.1:$port" "unix:$dir/$port.sock" 2>/dev/null &
    sleep 0.1
    kill -0 $! 2>/dev/null ||
      say "port $port of this host is taken; instead: curl --unix-socket $dir/$port.sock http://localhost/"
  done
  "$LAB/ns.sh" "$LAB/run-inside.sh" "$@" &
else
  "$LAB/run-inside.sh" "$@" &
fi
world=$!
# Ctrl-C and SIGTERM are handed on: the world ends in order, then this shell cleans up.
trap 'kill -TERM $world 2>/dev/null' INT TERM
await $world && result=0 || result=$?
exit $result
