#!/usr/bin/env bash
# Publishes both programs under artifacts/RID/: the gateway self-contained, the agent native. Needs clang, for arm64 also a
# cross compiler; tests/install-tools.sh publish installs them.
# systemd/publish.sh [RID …]     default: linux-x64 linux-arm64
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- linux-x64 linux-arm64

publish() { # project, RID, folder
  rm -rf "$3"
  # restored without a RID, for all of them at once: the lock files stay as they are, and are obeyed
  dotnet publish "$1" -c Release -r "$2" -o "$3" --self-contained --no-restore --nologo -v quiet
}

dotnet restore gateway/Iot.Gateway
dotnet restore edge-agent/Iot.EdgeAgent
for rid in "$@"; do
  echo "== $rid"
  publish gateway/Iot.Gateway "$rid" "artifacts/$rid/iot-gateway"
  publish edge-agent/Iot.EdgeAgent "$rid" "artifacts/$rid/iot-edge-agent"
done
du -sh artifacts/*/*
