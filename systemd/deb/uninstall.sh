#!/bin/sh
# Takes away what the tarball of iot-edge-agent put here. State and settings stay, unless told: uninstall.sh --purge
set -eu
[ "$(id -u)" -eq 0 ] || { echo "uninstall.sh: not root. Run it with sudo." >&2; exit 1; }

systemctl disable --now iot-edge-agent.service || true # it may not be enabled
while read -r file; do
  case $file in etc/*) ;; *) rm -f "/$file" ;; esac
done </usr/lib/iot-edge-agent/files
rm -rf /usr/lib/iot-edge-agent /usr/share/doc/iot-edge-agent
systemctl daemon-reload

if [ "${1:-}" = --purge ]; then
  rm -rf /var/lib/iot-edge-agent /var/cache/iot-edge-agent /etc/iot-edge-agent /etc/default/iot-edge-agent
  ! getent passwd iot-edge-agent >/dev/null || userdel iot-edge-agent
fi
