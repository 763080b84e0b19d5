#!/usr/bin/env bash
# The packages in the field: fresh Debians with systemd really booted, one with the gateway, others as devices that install from it by the printed line;
# then used, killed, hung, cut off from power, upgraded, removed and purged. One line a promise; the table goes to systemd/RESULTS-field-test.md.
# Needs root, what 'make deb' made, and 2 GB under /var/tmp (FIELD_ROOTS keeps the Debian roots from run to run).
# tests/field-test.sh [PART …]      gateway install life upgrade power_cut removal update tarball by_hand arm64 gateway_removal; gateway comes first always
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin
if [ "$(id -u)" -ne 0 ]; then
  echo "make field-test boots machines and must run as root: sudo make field-test" >&2
  exit 2
fi

tests/install-tools.sh field
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
for package in iot-gateway iot-edge-agent; do
  [ -f "artifacts/${package}_${version}_amd64.deb" ] || { echo "artifacts/${package}_${version}_amd64.deb is not there: make deb" >&2; exit 2; }
done
mkdir -p "${FIELD_ROOTS:-/var/tmp/iot-field-test}"
work=$(mktemp -d "${FIELD_ROOTS:-/var/tmp/iot-field-test}/run.XXXXXX")
. tests/field/machines.sh
. tests/field/checks.sh
. tests/field/parts.sh
. tests/field/update.sh
trap 'tear_down; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

make_root
next=$version+next # the same program in a newer package
VERSION=$next PROGRAMS=agent OUT=$work/next LEVEL=0 systemd/deb/build.sh amd64 >/dev/null
[ $# -gt 0 ] || set -- gateway install life upgrade power_cut removal update tarball by_hand arm64 gateway_removal
[ "$1" = gateway ] || set -- gateway "$@"
for part in "$@"; do
  echo "== ${part//_/ }"
  "part_$part"
done
results
