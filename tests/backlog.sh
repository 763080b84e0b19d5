#!/usr/bin/env bash
# A day's backlog over a slow link: a real agent, a real gateway, a link of 256 kbit/s each way; prints the table of tests/Iot.LoadTest/RESULTS-backlog.md.
# tests/backlog.sh [HOURS [READINGS_PER_SECOND [KBIT_PER_SECOND]]]   Default 24 10 256: some ten minutes. Ends with 1 when live p99 is 2 s or more, or the backlog stands still.
set -euo pipefail
cd "$(dirname "$0")/.."
export TMPDIR=${TMPDIR:-/var/tmp} # a real disk

for project in gateway/Iot.Gateway edge-agent/Iot.EdgeAgent tests/Iot.LoadTest; do dotnet build "$project" -c Release -v quiet --nologo >&2; done
echo "Commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(date -u +%F), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)."
echo
tests/Iot.LoadTest/bin/Release/net10.0/Iot.LoadTest drain "$@"
