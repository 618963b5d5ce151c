#!/bin/bash
# run-inside.sh [ARG...]: the part of run.sh that runs inside the throw-away world, or as an ordinary user without one.
. "$(dirname "$0")/common.sh"
dir=$PODSTEWARD_RUN_DIR
"$LAB/podman.sh" start "$dir/podman"
if is_root; then
  for port in 8080 9920; do "$PODSTEWARD_FORWARD" "unix:$dir/$port.sock" "127.0.0.1:$port" & done
fi
"$PODSTEWARD_BIN" --manifests "$REPO/manifests" --state "$dir/state" --podman "unix://$dir/podman/podman.sock" \
  run "$@" &
controller=$!
trap 'kill -TERM $controller 2>/dev/null' TERM INT
await $controller && result=0 || result=$?
exit $result
