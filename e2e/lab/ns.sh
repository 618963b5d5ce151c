#!/bin/bash
# ns.sh CMD...: runs CMD in a throw-away world of its own, as root. When CMD ends, everything it left is gone.
#  * Own loopback, iptables/nft and bridges, so the same ports, subnets and bridge names serve many labs at once.
#  * Own /run and /dev/shm: root Podman keeps state there that all instances of a host share.
#  * Own part of the control groups, v1 or v2, removed at the end. crun runs although the host may be hybrid.
#  * Own process namespace: conmon, containers and services die with CMD, and their mounts with them.
# The filesystem is the host's. There is no route out, so nothing can be pulled by accident.
# SIGTERM or SIGINT is passed to CMD; a second one, or ten seconds, ends the world at once.
. "$(dirname "$0")/common.sh"
is_root || die "ns.sh needs root"

id=podsteward-lab-$$
root=/sys/fs/cgroup
controllers=()
if [ -e $root/cgroup.controllers ]; then
  groups=("$root/$id")
else
  for c in cpu cpuacct cpuset memory devices freezer blkio pids systemd; do
    [ -d $root/$c ] && controllers+=($c) && groups+=("$root/$c/$id")
  done
fi
# A frozen process of control groups v1 cannot die, and the world would wait for it for ever.
thaw() {
  find $root/freezer/$id -depth -name freezer.state 2>/dev/null | while read -r state; do echo THAWED >"$state"; done
}
clean() {
  thaw
  for group in "${groups[@]}"; do
    for _ in $(seq 50); do
      find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
      [ -d "$group" ] || break
      sleep 0.1
    done
  done
}
trap clean EXIT
for group in "${groups[@]}"; do
  mkdir "$group"
  # A cpuset group is empty until it is told which processors and memory it may use.
  for f in cpuset.cpus cpuset.mems; do
    [ ! -e "$root/cpuset/$f" ] || [ "$group" != "$root/cpuset/$id" ] || cat "$root/cpuset/$f" >"$group/$f"
  done
done

export LAB_CONTROLLERS="${controllers[*]:-}"
exec 3<&0 4>&2
(
  for group in "${groups[@]}"; do echo "$BASHPID" >"$group/cgroup.procs"; done
  # A new session keeps Ctrl-C of the terminal from killing everything before CMD could end in order.
  exec setsid unshare --mount --net --pid --cgroup --uts --fork --kill-child --mount-proc --propagation slave \
    "$LAB/ns-init.sh" "$@"
) <&3 3<&- 2>&4 4>&- &
world=$!
exec 2>/dev/null # The shell's "Killed" notice is no news.
signals=0
killer=
stop() {
  signals=$((signals + 1))
  [ $signals -gt 1 ] && kill -KILL $world && thaw && return
  # The first process of the world, the child of unshare, hands the signal on to CMD.
  kill -TERM $(cat /proc/$world/task/$world/children) || kill -KILL $world
  (
    exec >/dev/null 2>&1
    sleep 10
    kill -KILL $world
    thaw
  ) &
  killer=$!
}
trap stop TERM INT HUP
await $world && result=0 || result=$?
# Once the world is gone its number may belong to another process.
[ -z "$killer" ] || kill "$killer"
exit $result
