#!/bin/bash
# podman5.sh: unpacks Podman 5.4 of Debian trixie into the cache, beside the system's own Podman, without a chroot.
# The few programs get the tree's own loader and libraries by patchelf, so volumes, sockets and paths stay the
# host's. The tree cannot be moved afterwards. About ten seconds and 170 MB, once.
. "$(dirname "$0")/common.sh"
[ -x "$PODMAN5/bin/podman" ] && exit 0
"$LAB/install.sh" podman5

say "unpacking Podman 5.4 into $PODMAN5"
work=$PODMAN5.$$
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
mirror=$(apt-get indextargets --format '$(REPO_URI)' | head -1)
mmdebstrap --quiet --variant=extract --include=podman,crun,runc,netavark,aardvark-dns,nftables,catatonit \
  trixie "$work" "$mirror" 2>"$PODMAN5.log" || { cat "$PODMAN5.log" >&2; die "mmdebstrap failed"; }
rm -rf "$work"/usr/share/{man,locale,doc,doc-base,zoneinfo,info} "$work"/{var,dev} "$PODMAN5"
mkdir -p "$work"/{bin,libexec}

loader=$(cd "$work" && ls usr/lib*/ld-linux-*.so.* | head -1)
libraries=$PODMAN5/usr/lib/$(uname -m)-linux-gnu
own() { patchelf --set-interpreter "$PODMAN5/$loader" --force-rpath --set-rpath "$libraries" "$1"; }
for program in podman conmon crun runc nft; do
  for dir in usr/bin usr/sbin; do
    [ -f "$work/$dir/$program" ] || continue
    own "$work/$dir/$program"
    ln -sf "../$dir/$program" "$work/bin/$program"
  done
done
for helper in usr/lib/podman/netavark usr/lib/podman/aardvark-dns usr/libexec/podman/rootlessport; do
  [ -f "$work/$helper" ] || continue
  own "$work/$helper" 2>/dev/null || true # A static program has no loader to set.
  ln -sf "../$helper" "$work/libexec/$(basename "$helper")"
done
cp -L "$work/usr/bin/catatonit" "$work/libexec/"
mv "$work" "$PODMAN5"
"$PODMAN5/bin/podman" --version >/dev/null || die "the unpacked Podman does not run"
