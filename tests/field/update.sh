# Updates from the gateway, for tests/field-test.sh: a version that serves, and one that does not, with the power cut in its trial. Sourced.

bump() { echo "${1%.*}.$((${1##*.} + 1))"; } # version

sign() { # package, version, key: what systemd/deb/build.sh writes for make deb RELEASE_KEY=…
  local line
  line=$(printf '{"package":"iot-edge-agent","version":"%s","architecture":"amd64","file":"%s","size":%s,"sha256":"%s"}' \
    "$2" "$(basename "$1")" "$(stat -c %s "$1")" "$(sha256sum "$1" | cut -d' ' -f1)")
  { echo "$line"; printf %s "$line" | openssl dgst -sha256 -sign "$3" | openssl base64 -A; echo; } >"${1%.deb}.release"
}

# The same agent, but it calls itself by the next version; and one that ends at once.
make_versions() { # folder, key
  dotnet publish edge-agent/Iot.EdgeAgent -c Release -r linux-x64 -p:Version="$newer" -o "$1/published/linux-x64/iot-edge-agent" --self-contained --nologo -v quiet
  VERSION=$newer PUBLISHED=$1/published PROGRAMS=agent OUT=$1 LEVEL=0 systemd/deb/build.sh amd64
  dpkg-deb -R "$1/iot-edge-agent_${newer}_amd64.deb" "$1/tree"
  printf '#!/bin/sh\nexit 1\n' >"$1/tree/usr/lib/iot-edge-agent/iot-edge-agent"
  sed -i "s/^Version: .*/Version: $broken/" "$1/tree/DEBIAN/control"
  dpkg-deb --root-owner-group -Znone -b "$1/tree" "$1/iot-edge-agent_${broken}_amd64.deb"
  cp "artifacts/iot-edge-agent_${version}_amd64.deb" "$1/"
  for one in "$version" "$newer" "$broken"; do sign "$1/iot-edge-agent_${one}_amd64.deb" "$one" "$2"; done
}

serve_versions() { # folder
  local install=$machines/gateway/root/usr/share/iot-gateway/install
  cp "$1"/iot-edge-agent_*.deb "$1"/iot-edge-agent_*.release "$install/"
  (cd "$install" && sha256sum iot-edge-agent_* | sort -V -k 2 >SHA256SUMS)
}

# The gateway's package does not know them, so its purge would leave them.
forget_versions() {
  local install=$machines/gateway/root/usr/share/iot-gateway/install
  rm -f "$install"/iot-edge-agent_"$newer"_* "$install"/iot-edge-agent_"$broken"_* "$install"/*.release
  (cd "$install" && sha256sum iot-edge-agent_* | sort -V -k 2 >SHA256SUMS)
}

want() { # version
  echo "{ \"Update\": { \"Version\": \"$1\", \"Spread\": \"00:00:00\", \"MaxBytesPerSecond\": 104857600, \"TrialTime\": \"00:01:00\" } }" >"$machines/well/root/etc/iot-edge-agent/90-update.json"
  in_machine well systemctl reload $unit
}

same_and_whole() { [ "$(epoch well)" = "$(cat "$work/well.epoch")" ] && all_is_there well well-8; }
runs() { status well | grep -q "\"version\": \"$1\"" && is_active well; } # version
update_is() { status well | tr -d '\n ' | grep -q "\"version\":\"$1\",\"state\":\"$2\""; } # version, state

part_update() {
  newer=$(bump "$version") broken=$(bump "$(bump "$version")")
  local key=$work/release.key versions=$work/versions
  mkdir -p "$versions"
  openssl ecparam -name prime256v1 -genkey -noout -out "$key"
  create well && boot well 10.77.0.8
  check "another device installs" install_by_line well well-8
  epoch well >"$work/well.epoch"
  check "two more versions are built and signed" make_versions "$versions" "$key"
  serve_versions "$versions"
  openssl ec -in "$key" -pubout -out "$machines/well/root/etc/iot-edge-agent/release.pem" 2>/dev/null
  local started=$SECONDS
  want "$newer"
  within 240 runs "$newer" || in_machine well journalctl -u iot-edge-agent-update -u $unit -n 20 --no-pager -o cat
  measured="$((SECONDS - started)) s"
  check "a signed version that is wanted is fetched, installed, and runs" runs "$newer"
  check "it is kept once the gateway has a batch of it" within 90 update_is "$newer" Applied
  check "it has the same outbox, without a gap" within 60 same_and_whole
  want "$broken"
  within 240 in_machine well test -e /var/lib/iot-edge-agent-update/installer || true
  sleep 3 # into the trial: dpkg is done, the program that ends at once is started again and again
  power_cut well
  boot well 10.77.0.8
  started=$SECONDS
  within 300 runs "$newer" || in_machine well journalctl -u iot-edge-agent-update -u iot-edge-agent-update-resume -n 20 --no-pager -o cat
  measured="$((SECONDS - started)) s after the start"
  check "a version that does not run is taken back, though the power was cut in its trial" runs "$newer"
  check "status says that it was taken back" within 30 update_is "$broken" RolledBack
  check "after that nothing is missing" within 60 all_is_there well well-8
  power_cut well
  forget_versions
}
