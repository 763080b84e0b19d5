#!/usr/bin/env bash
# Installs with apt what tests need and this machine lacks: real servers, a real browser, strace. Debian 12 or Ubuntu.
# tests/install-tools.sh [publish]   'publish' adds the compilers for native ahead-of-time builds, arm64 included.
set -euo pipefail

declare -A packages=(
  [mosquitto]=mosquitto [mosquitto_pub]=mosquitto-clients [influxd]=influxdb [victoria-metrics]=victoria-metrics
  [nats-server]=nats-server [chromium]=chromium [strace]=strace [clang]=clang [ld.lld]=lld
  [curl]=curl [systemd-analyze]=systemd
)
libraries=(zlib1g-dev)
if [ "${1:-}" = publish ]; then
  packages[aarch64-linux-gnu-objcopy]=binutils-aarch64-linux-gnu
  packages[aarch64-linux-gnu-gcc]=gcc-aarch64-linux-gnu
  libraries+=(libc6-dev-arm64-cross)
fi

missing=()
for program in "${!packages[@]}"; do
  PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || missing+=("${packages[$program]}")
done
for library in "${libraries[@]}"; do
  dpkg -s "$library" >/dev/null 2>&1 || missing+=("$library")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "Installing: ${missing[*]}"
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
as_root apt-get update >"$log" 2>&1 &&
  as_root apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600 "${missing[@]}" >>"$log" 2>&1 ||
  { cat "$log" >&2; echo "apt could not install: ${missing[*]}" >&2; exit 1; }

# Debian starts the servers it installs; tests start their own.
for service in mosquitto influxdb victoria-metrics nats-server; do
  if [ -d /run/systemd/system ]; then as_root systemctl disable --now "$service" >/dev/null 2>&1 || true; fi
done
