#!/usr/bin/env bash
# Publishes both programs under artifacts/RID/: the gateway self-contained, the agent native. Needs clang, for arm64 also a
# cross compiler; tests/install-tools.sh publish installs them.
# systemd/publish.sh [RID …]     default: linux-x64 linux-arm64
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- linux-x64 linux-arm64

publish() { # project, folder, option …
  rm -rf "$2"
  dotnet publish "$1" -c Release -o "$2" --nologo -v quiet "${@:3}"
}

for rid in "$@"; do
  echo "== $rid"
  publish gateway/Iot.Gateway "artifacts/$rid/iot-gateway" -r "$rid" --self-contained -p:PublishReadyToRun=true
  publish edge-agent/Iot.EdgeAgent "artifacts/$rid/iot-edge-agent" -r "$rid"
done
du -sh artifacts/*/*
