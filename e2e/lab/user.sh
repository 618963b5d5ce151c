#!/bin/bash
# user.sh CMD...: inside ns.sh, runs CMD as an ordinary user who has all that rootless Podman needs. The user exists
# in this world only. CMD sees the checkout at /mnt/repo, and cannot write it.
. "$(dirname "$0")/common.sh"
name=podsteward-lab
id=4242
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir -p /mnt/{repo,etc,dev/net} /mnt/home/.cache/podsteward-lab
mount --bind "$REPO" /mnt/repo
for f in passwd group subuid subgid; do cp "/etc/$f" "/mnt/etc/$f" 2>/dev/null || : >"/mnt/etc/$f"; done
echo "$name:x:$id:$id::/mnt/home:/bin/bash" >>/mnt/etc/passwd
echo "$name:x:$id:" >>/mnt/etc/group
for f in subuid subgid; do
  echo "$name:700000:65536" >>/mnt/etc/$f
  [ -e /etc/$f ] || touch /etc/$f
done
for f in passwd group subuid subgid; do mount --bind "/mnt/etc/$f" "/etc/$f"; done
# A bare machine keeps these devices for root.
for d in fuse net/tun; do
  [ -e "/dev/$d" ] || continue
  cp -a "/dev/$d" "/mnt/dev/$d"
  chmod 666 "/mnt/dev/$d"
  mount --bind "/mnt/dev/$d" "/dev/$d"
done
mount --make-rshared /
"$LAB/image.sh" >/mnt/home/.cache/podsteward-lab/example-rootfs.tar
mkdir -p -m 700 /run/user/$id
chown -R $id:$id /mnt/home /run/user/$id
cd /mnt/repo
exec setpriv --reuid $id --regid $id --init-groups \
  env -u PODSTEWARD_LAB_CACHE HOME=/mnt/home USER=$name XDG_RUNTIME_DIR=/run/user/$id "$@"
