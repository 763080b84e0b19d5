#!/usr/bin/env bash
# The gateway's memory while its sink is away: 5,000 readings/s, sink refused and 503 in turns, then back.
# Prints the tables of tests/Iot.LoadTest/RESULTS-soak.md; ends with 1 when memory grew or a reading is missing.
# SOAK_MINUTES=N of outage (default 60), SOAK_WARM_UP=N of them before memory counts (default 10, at most a sixth).
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${SOAK_MINUTES:-60}
warm_up=${SOAK_WARM_UP:-$((minutes / 6 < 10 ? minutes / 6 : 10))}
export PATH=$PATH:/usr/sbin DOTNET_NOLOGO=1
export TMPDIR=${TMPDIR:-/var/tmp} # a real disk: /tmp is memory on many machines

tests/install-tools.sh
out=artifacts/soak # copies, so that builds beside the run do not change the program under it
dotnet publish gateway/Iot.Gateway -c Release -o $out/gateway -v quiet --nologo >&2
dotnet publish tests/Iot.LoadTest -c Release -o $out/load -v quiet --nologo >&2

echo "$(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)), $(awk '/MemTotal/ {printf "%.0f", $2 / 1048576}' /proc/meminfo) GiB," \
  ".NET $(dotnet --version), kernel $(uname -r), $(df --output=fstype "$TMPDIR" | tail -1), load $(cut -d' ' -f1 /proc/loadavg)," \
  "commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(date -u +%F), $minutes minutes of outage"
echo
exec $out/load/Iot.LoadTest soak --minutes "$minutes" --warm-up "$warm_up" --samples "$out/samples.csv" --gateway $out/gateway/iot-gateway
