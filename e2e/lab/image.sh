#!/bin/bash
# image.sh: writes the root filesystem of the example image as a tar to stdout. It holds one static busybox out of
# a Debian package, so no registry is needed. The result is kept in the cache.
. "$(dirname "$0")/common.sh"
tar=$CACHE/example-rootfs.tar
if [ ! -s "$tar" ]; then
  mkdir -p "$CACHE"
  work=$(mktemp -d "$CACHE/rootfs.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  busybox=/bin/busybox
  if [ ! -x $busybox ] || ldd $busybox >/dev/null 2>&1; then
    # No static busybox here: fetch the package and unpack it, which needs no rights.
    (cd "$work" && apt-get download -q busybox-static >&2 && dpkg-deb -x busybox-static_*.deb deb) ||
      die "no static busybox; install one with: sudo $LAB/install.sh core"
    busybox=$work/deb/bin/busybox
    [ -x "$busybox" ] || busybox=$work/deb/usr/bin/busybox
  fi
  r=$work/rootfs
  mkdir -p "$r"/{bin,etc,tmp,proc,sys,dev,data,www,root,run,var}
  chmod 755 "$work" "$r"
  cp "$busybox" "$r/bin/busybox"
  for applet in $("$busybox" --list); do [ "$applet" = busybox ] || ln -s busybox "$r/bin/$applet"; done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$r/etc/passwd"
  echo 'root:x:0:' >"$r/etc/group"
  tar -C "$r" --owner=0 --group=0 -c . >"$tar.$$"
  mv "$tar.$$" "$tar"
fi
cat "$tar"
