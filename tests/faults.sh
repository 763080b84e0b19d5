#!/usr/bin/env bash
# Real programs against real faults: full disks, failing and slow calls, clocks that jump, stopped processes, cut connections.
# Prints the table of tests/Iot.Faults/RESULTS.md; ends with 1 when a check failed. Needs root, for mounts.
# tests/faults.sh [CLASS]...   such as ClockTests; without words all.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PATH:/usr/sbin:/sbin DOTNET_NOLOGO=1 NO_COLOR=1
export TMPDIR=${TMPDIR:-/var/tmp} # a real disk: /tmp is memory on many machines
export FAULTS_TABLE=$PWD/artifacts/faults/table.md

if [ "$(id -u)" -ne 0 ]; then
  echo "make faults mounts small file systems and must run as root: sudo make faults" >&2
  exit 2
fi

tests/install-tools.sh
missing=()
command -v mkfs.ext4 >/dev/null || missing+=(e2fsprogs)
command -v mount >/dev/null || missing+=(mount)
compgen -G "/usr/lib/*-linux-gnu/faketime/libfaketimeMT.so.1" >/dev/null || missing+=(faketime)
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing ${missing[*]} …" >&2
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi

dotnet build tests/Iot.Faults -c Release -v quiet --nologo >&2
mkdir -p "$(dirname "$FAULTS_TABLE")"
rm -f "$FAULTS_TABLE"
classes=()
for class in "$@"; do classes+=("*.$class"); done
code=0
dotnet tests/Iot.Faults/bin/Release/net10.0/Iot.Faults.dll ${classes[@]:+--filter-class "${classes[@]}"} --progress off --no-ansi </dev/null >&2 || code=$?

echo "$(nproc) cores, kernel $(uname -r), $(df --output=fstype "$TMPDIR" | tail -1), load $(cut -d' ' -f1 /proc/loadavg), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(date -u +%F)"
echo
echo "| fault | observed | readings acknowledged | lost | doubled | verdict |"
echo "|---|---|---:|---:|---:|---|"
sort "$FAULTS_TABLE"
exit $code
