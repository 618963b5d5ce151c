#!/bin/bash
# loopfs.sh KIND DIR MB: mounts a small real filesystem at DIR, out of the sparse file DIR.img. KIND is btrfs (from 114 MB
# on), mixed (a btrfs that keeps its records among the data), ext4 or tmpfs.
# Only inside ns.sh: the mount goes with the world, and its loop device with the mount. A host has eight of these, which
# all of its worlds share, so it waits until one is free.
. "$(dirname "$0")/common.sh"
kind=$1 dir=$2 size=$3
mkdir -p "$dir"
if [ "$kind" = tmpfs ]; then
  mount -t tmpfs -o "size=${size}m" tmpfs "$dir"
  exit
fi
truncate -s "${size}M" "$dir.img"
case $kind in
  btrfs) mkfs.btrfs -q -f "$dir.img" ;;
  mixed) mkfs.btrfs -q -f --mixed "$dir.img" ;;
  ext4) mkfs.ext4 -q -F -E lazy_itable_init=0,nodiscard "$dir.img" ;;
  *) die "no such filesystem: $kind" ;;
esac >"$dir.log" 2>&1 || { cat "$dir.log" >&2; die "could not make a $kind"; }
for _ in $(seq 300); do
  mount -o loop "$dir.img" "$dir" 2>"$dir.log" && exit
  grep -q 'loop device' "$dir.log" || break
  sleep 0.2
done
cat "$dir.log" >&2
die "could not mount a $kind at $dir"
