#!/usr/bin/env bash
# Publishes both programs for linux-x64 and linux-arm64 under artifacts/: the gateway self-contained, the agent native.
# systemd/publish.sh [RID …]
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- linux-x64 linux-arm64

for rid in "$@"; do
  echo "== $rid"
  dotnet publish gateway/Iot.Gateway -c Release -r "$rid" --self-contained -p:PublishReadyToRun=true \
    -o "artifacts/$rid/iot-gateway"
  cross=()
  [ "$rid" != linux-arm64 ] || cross=(-p:ObjCopyName=aarch64-linux-gnu-objcopy)
  dotnet publish edge-agent/Iot.EdgeAgent -c Release -r "$rid" "${cross[@]}" -o "artifacts/$rid/iot-edge-agent"
done
du -sh artifacts/*/*
