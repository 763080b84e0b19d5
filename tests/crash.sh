#!/usr/bin/env bash
# The crash campaign: gateway, edge agents, mosquitto and influxd are killed at random under load; then recorder, ledger and sinks are compared.
# tests/crash.sh [OPTION VALUE]...   Options of tests/Iot.CrashTest: --kills N, --seed N, --seconds S …; --help lists them.
# tests/crash.sh validate [NAME]...  The campaign itself: against each gateway of tests/Iot.CrashTest/Sabotage it must find what is wrong.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PATH:/usr/sbin DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
export TMPDIR=${TMPDIR:-/var/tmp} # a real disk: /tmp is memory on many machines, and an fsync there proves nothing
campaign=tests/Iot.CrashTest/bin/Release/net10.0/Iot.CrashTest

tests/install-tools.sh
for project in gateway/Iot.Gateway edge-agent/Iot.EdgeAgent tests/Iot.CrashTest; do
  dotnet build "$project" -c Release -v quiet -tl:off >&2
done
[ "${1:-}" = validate ] || exec "$campaign" "$@"

work=$(mktemp -d "$TMPDIR/iot-sabotage-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree"
cp -r gateway Directory.*.props global.json BannedSymbols.txt .editorconfig "$work/tree" # as it was built, so that only what is patched is compiled again

apply() { # patch, more words for the program of that name
  patch -d "$work/tree" -p1 --fuzz=0 --no-backup-if-mismatch --batch "${@:2}" <"$1" >"$work/patch.log" 2>&1 && return
  cat "$work/patch.log" >&2
  echo "$1 no longer applies: make it anew against the code of today, so that the campaign stays validated." >&2
  return 1
}

build() {
  dotnet build "$work/tree/gateway/Iot.Gateway" -c Release -v quiet -tl:off -p:TreatWarningsAsErrors=false -p:RunAnalyzers=false >&2
}

# Short campaigns until one finds something; each with a seed of its own.
caught() {
  local seed code
  for seed in 1 2 3 4 5; do
    code=0
    "$campaign" --gateway "$work/tree/gateway/Iot.Gateway/bin/Release/net10.0/iot-gateway" --kills "${KILLS:-40}" --gateway-kills "${GATEWAY_KILLS:-15}" --seed $seed --logs "$work/logs" >"$work/campaign.log" || code=$?
    grep '^|' "$work/campaign.log" | tail -n 1
    if [ $code -eq 1 ]; then
      grep -E '^(Lost|Doubled|Wrong|Ledger|Conduct):' "$work/campaign.log" | cut -d: -f1 | sort | uniq -c
      grep -m 3 -E '^(Lost|Doubled|Wrong):' "$work/campaign.log" || true
      return 0
    fi
    [ $code -eq 0 ] || return 1
  done
  return 1
}

shift
[ $# -gt 0 ] || set -- $(cd tests/Iot.CrashTest/Sabotage && ls -- *.patch)
failed=0
for name in "$@"; do
  name=${name%.patch} patch=tests/Iot.CrashTest/Sabotage/${name%.patch}.patch
  echo "== $name"
  if apply "$patch" && build && caught; then
    echo "== $name: caught"
  else
    echo "== $name: NOT CAUGHT"
    failed=1
  fi
  apply "$patch" --reverse || true
done
exit $failed
