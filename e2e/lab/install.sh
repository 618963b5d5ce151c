#!/bin/bash
# install.sh GROUP...: installs the Debian packages of the groups that are missing. Starts no service.
#   core      Podman with its network helpers, and a static busybox to build images from
#   rootless  what an ordinary user needs to run Podman
#   podman5   what podman5.sh needs to unpack Podman 5.4 beside the system's own
#   prom      Prometheus and Alertmanager, with promtool and amtool, which check what both are to be given
#   e2e       a clock that scenarios can bend, the command line that makes a state directory out of SQL, and small
#             filesystems
#   build     a C compiler for the bundled SQLite
# An ordinary user cannot install: the command that does it is printed instead.
. "$(dirname "$0")/common.sh"

wanted=()
for group in "$@"; do
  case $group in
    core) wanted+=(podman runc netavark aardvark-dns iptables busybox-static catatonit iproute2 curl) ;;
    rootless) wanted+=(uidmap slirp4netns crun) ;;
    podman5) wanted+=(mmdebstrap patchelf nftables crun) ;;
    prom) wanted+=(prometheus prometheus-alertmanager) ;;
    e2e) wanted+=(libfaketime sqlite3 btrfs-progs e2fsprogs) ;;
    build) command -v cc >/dev/null || wanted+=(gcc libc6-dev) ;;
    *) die "no such group: $group" ;;
  esac
done

if ! command -v dpkg-query >/dev/null; then
  command -v podman >/dev/null || die "Podman is not installed; install it with your system's package manager"
  exit 0
fi
missing=()
for package in "${wanted[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

command="apt-get install --yes --no-install-recommends ${missing[*]}"
is_root || die "these Debian packages are missing; install them with: sudo $command"
say "installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# A package that starts a daemon when it is installed is told not to: only its programs are wanted.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod +x $policy
fi
log=$(mktemp)
{ apt-get update -q && $command -q; } >"$log" 2>&1 || { cat "$log" >&2; die "apt-get failed"; }
rm -f "$log"
