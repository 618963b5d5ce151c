#!/bin/bash
# ns-init.sh CMD...: the first process inside the namespaces of ns.sh. Mounts what must not be shared, then runs CMD.
set -e
ip link set lo up
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
# Root Podman's global state is in /run: netavark's addresses, aardvark's names, network namespaces, runc.
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/netns
# Drop every inherited control group mount: runc takes the first that it finds, also one of another root.
awk '$3 ~ /^cgroup2?$/ {print $2}' /proc/self/mounts | tac | xargs -r -n1 umount -l 2>/dev/null || true
umount -l /sys/fs/cgroup 2>/dev/null || true
if [ -n "$LAB_CONTROLLERS" ]; then
  mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
  for c in $LAB_CONTROLLERS; do
    options=$c
    [ "$c" = systemd ] && options=none,name=systemd
    mkdir -p "/sys/fs/cgroup/$c"
    mount -t cgroup -o "$options" cgroup "/sys/fs/cgroup/$c"
  done
else
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  # Version 2 allows no processes in a group whose controllers are handed on, so they move one level down.
  mkdir -p /sys/fs/cgroup/init
  while read -r pid; do echo "$pid" >/sys/fs/cgroup/init/cgroup.procs; done </sys/fs/cgroup/cgroup.procs || true
  sed 's/\(^\| \)/ +/g' /sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control || true
fi
# A new sysfs shows the interfaces of the new network namespace.
mount -t sysfs sysfs /mnt
mount --rbind /sys/fs/cgroup /mnt/fs/cgroup
mount --move /mnt /sys
# How short the machine is of something is not this world's business: what other work it has meanwhile would be a finding.
# Not for an ordinary user: the kernel mounts no /proc in a user's namespace where a part of it is covered.
for what in cpu io memory; do
  [[ -e /proc/pressure/$what && "$*" != *user.sh* ]] || continue
  for how in some full; do echo "$how avg10=0.00 avg60=0.00 avg300=0.00 total=0"; done >/run/pressure-$what
  mount --bind /run/pressure-$what /proc/pressure/$what
done
unset LAB_CONTROLLERS
# Process 1 must hand signals on and collect orphans; busybox does it in half a megabyte. It asks for the status a
# second time, because a signal to itself ends a wait, too.
exec /bin/busybox sh -c 'exec 3<&0; "$@" <&3 3<&- & c=$!; trap "kill -TERM $c" TERM INT
  while wait $c; r=$?; [ $r -gt 128 ] && kill -0 $c 2>/dev/null; do :; done
  [ $r -le 128 ] || { wait $c 2>/dev/null; s=$?; [ $s = 127 ] || r=$s; }
  # A container left paused could not be killed with the rest.
  find /sys/fs/cgroup/freezer -depth -name freezer.state 2>/dev/null | while read -r f; do echo THAWED >$f; done
  exit $r' init "$@"
