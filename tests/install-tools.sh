#!/usr/bin/env bash
# Installs with apt what tests need and this machine lacks: real servers, a real browser, compilers. Debian 12 or Ubuntu.
# tests/install-tools.sh [publish|deb|field|fuzz|peers]   'publish': only what 'make publish' needs, the cross compiler for arm64 included; 'deb': that and lintian;
# 'field': what 'make field-test' needs besides; 'fuzz': only the fuzzer; 'peers': only what 'make bench-peers' needs.
set -euo pipefail
PATH=$PATH:/usr/sbin

declare -A packages=([clang]=clang [ld.lld]=lld)
libraries=(zlib1g-dev)
if [ "${1:-}" = publish ] || [ "${1:-}" = deb ]; then
  [ "$1" = publish ] || packages[lintian]=lintian
  if [ "$(uname -m)" = x86_64 ]; then
    packages[aarch64-linux-gnu-gcc]=gcc-aarch64-linux-gnu
    packages[aarch64-linux-gnu-objcopy]=binutils-aarch64-linux-gnu
    libraries+=(libc6-dev-arm64-cross)
  fi
elif [ "${1:-}" = field ]; then
  packages=([systemd-nspawn]=systemd-container [mmdebstrap]=mmdebstrap [qemu-aarch64-static]=qemu-user-static [curl]=curl) libraries=()
elif [ "${1:-}" = fuzz ]; then
  packages=([afl-fuzz]=afl++) libraries=()
elif [ "${1:-}" = peers ]; then
  packages=([mosquitto]=mosquitto [node]=nodejs [npm]=npm) libraries=()
else
  packages+=(
    [mosquitto]=mosquitto [mosquitto_pub]=mosquitto-clients [influxd]=influxdb [victoria-metrics]=victoria-metrics [prometheus]=prometheus [promtool]=prometheus
    [nats-server]=nats-server [chromium]=chromium [strace]=strace [curl]=curl [shellcheck]=shellcheck [patch]=patch [openssl]=openssl [faketime]=faketime [systemd-analyze]=systemd
    [socat]=socat
  )
  libraries+=(python3-paho-mqtt node-mqtt python3-pymodbus python3-serial-asyncio)
fi

missing=()
for program in "${!packages[@]}"; do
  command -v "$program" >/dev/null || missing+=("${packages[$program]}")
done
for library in "${libraries[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$library" 2>/dev/null)" = installed ] || missing+=("$library")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
if ! command -v apt-get >/dev/null; then
  echo "These programs are missing, and there is no apt to install them: ${missing[*]}" >&2
  exit 1
fi

echo "Installing ${missing[*]} …"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install="apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600"
if ! { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive $install "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 30 "$log" >&2
  echo "apt could not install: ${missing[*]}" >&2
  exit 1
fi

# Debian starts the servers that it installs; the tests start their own. What was here before is left alone.
if [ -d /run/systemd/system ]; then
  for package in "${missing[@]}"; do
    case $package in
      mosquitto | influxdb | victoria-metrics | prometheus | nats-server) as_root systemctl disable --now "$package" >>"$log" 2>&1 || cat "$log" >&2 ;;
    esac
  done
fi
