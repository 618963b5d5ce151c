#!/bin/bash
# podman.sh VERB DIR: an isolated Podman, with storage, configuration, locks and API socket of its own below DIR.
#   start DIR     prepares DIR, puts the example image into it and starts the API service
#   serve DIR     starts only the service again, for instance after it was killed
#   cli DIR ...   runs the podman command line inside the same isolation, as DIR/cli does
#   stop DIR      removes its containers and networks, ends the service, deletes DIR
# The socket is DIR/podman.sock, the service's process DIR/pid, its output DIR/service.log.
# PODSTEWARD_E2E_PODMAN=5.4 uses the tree of podman5.sh; anything else the system's own Podman.
# The host's own Podman is never touched. As root run it under ns.sh: root Podman's networks are host-wide otherwise.
. "$(dirname "$0")/common.sh"
verb=$1
D=$(realpath -m "$2")
shift 2

PODMAN=$(command -v podman)
runtime=runc
command -v runc >/dev/null && is_root || runtime=crun
helpers='"/usr/lib/podman", "/usr/libexec/podman", "/usr/local/libexec/podman"'
extra=
if [ "${PODSTEWARD_E2E_PODMAN:-}" = 5.4 ]; then
  PODMAN=$PODMAN5/bin/podman
  PATH=$PODMAN5/bin:$PATH
  runtime=crun
  helpers="\"$PODMAN5/libexec\", $helpers"
  # Podman 5 prefers pasta, which Debian 12 does not have.
  is_root || extra='default_rootless_network_cmd = "slirp4netns"'
fi
# Podman's run-time state of an ordinary user (network namespace, pause process) stays below DIR, too.
is_root || export XDG_RUNTIME_DIR=$D/xdg
# Each instance gets its own default network, so that two of them on one host do not meet.
number=$(printf %s "$D" | cksum | cut -d' ' -f1)

configure() {
  mkdir -p "$D"/{root,run,tmp,net}
  mkdir -p -m 700 "$D/xdg"
  local files processes=4096
  files=$(ulimit -Hn)
  [ "$files" != unlimited ] || files=1048576
  # Podman 4.3 swaps soft and hard limits for API clients, so both are the same, and no higher than our own.
  cat >"$D/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=$files:$files", "nproc=$processes:$processes"]
log_driver = "k8s-file"
[engine]
runtime = "$runtime"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
num_locks = 4096
service_timeout = 0
conmon_path = ["$(dirname "$PODMAN")/conmon", "/usr/bin/conmon"]
helper_binaries_dir = [$helpers]
[engine.runtimes]
runc = ["$(dirname "$PODMAN")/runc", "/usr/sbin/runc", "/usr/bin/runc"]
crun = ["$(dirname "$PODMAN")/crun", "/usr/bin/crun"]
[network]
network_backend = "netavark"
default_network = "lab$((number % 10000))"
default_subnet = "10.$((number % 200 + 20)).$((number / 200 % 250)).0/24"
network_config_dir = "$D/net"
$extra
CONF
  local driver=overlay
  # An overlay cannot lie on an overlay, which is what a container's root filesystem is.
  [ "$(stat -f -c %T "$D")" != overlayfs ] || driver=vfs
  printf '[storage]\ndriver = "%s"\ngraphroot = "%s/root"\nrunroot = "%s/run"\n' "$driver" "$D" "$D" >"$D/storage.conf"
  echo 'unqualified-search-registries = []' >"$D/registries.conf"
  # The command line is a file of its own, so that a bench can run it without the time that this script takes.
  cat >"$D/cli" <<CLI
#!/bin/sh
export CONTAINERS_CONF=$D/containers.conf CONTAINERS_STORAGE_CONF=$D/storage.conf
export CONTAINERS_REGISTRIES_CONF=$D/registries.conf PODMAN_IGNORE_CGROUPSV1_WARNING=1
export PATH=$PATH${XDG_RUNTIME_DIR:+ XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR}
unset CONTAINER_HOST
exec $PODMAN --root $D/root --runroot $D/run --tmpdir $D/tmp --network-config-dir $D/net "\$@"
CLI
  chmod +x "$D/cli"
}
P() { "$D/cli" "$@"; }
serve() {
  rm -f "$D/podman.sock"
  "$D/cli" system service --time 0 "unix://$D/podman.sock" </dev/null >>"$D/service.log" 2>&1 &
  echo $! >"$D/pid"
  for _ in $(seq 400); do
    curl -sf --unix-socket "$D/podman.sock" http://d/_ping >/dev/null 2>&1 && return
    sleep 0.025
  done
  tail "$D/service.log" >&2
  die "the Podman service did not answer"
}
stop() {
  P rm --all --force --time 0 >/dev/null 2>&1 || true
  P network prune --force >/dev/null 2>&1 || true
  kill "$(cat "$D/pid")" 2>/dev/null || true
  for _ in $(seq 100); do
    grep -q '^State:.[^Z]' "/proc/$(cat "$D/pid")/status" 2>/dev/null || break
    sleep 0.05
  done
  # An ordinary user's Podman keeps its namespaces alive by a process that only sleeps.
  find "$D/tmp" "$D/xdg" -name pause.pid 2>/dev/null | while read -r f; do kill "$(cat "$f")" 2>/dev/null || true; done
  umount "$D/root/overlay" 2>/dev/null || true
  discard "$D"
}

case $verb in
  start) configure && "$LAB/image.sh" | P import --quiet -c 'ENV PATH=/bin' -c 'CMD ["sleep","inf"]' \
    -c 'STOPSIGNAL SIGKILL' - "$EXAMPLE_IMAGE" >/dev/null && serve ;;
  serve) serve ;;
  cli) P "$@" ;;
  stop) stop ;;
  *) die "no such verb: $verb" ;;
esac
