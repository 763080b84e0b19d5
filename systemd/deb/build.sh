#!/usr/bin/env bash
# Packages of gateway and agent for Debian and Ubuntu, and a tarball of the agent for others, from what systemd/publish.sh published:
#   artifacts/iot-edge-agent_VERSION_{amd64,arm64}.{deb,tar.gz}   artifacts/iot-gateway_VERSION_{amd64,arm64}.deb
# With RELEASE_KEY, a private key of P-256 in PEM, the agent's packages are signed (.release) and know that key: docs/updates.md.
# The same sources give the same bytes. The gateway carries the agent's packages; those of earlier versions that lie in artifacts/ too.
# systemd/deb/build.sh [ARCH …]     default: amd64 arm64
# VERSION (default: of Directory.Build.props), MAINTAINER, PROGRAMS (agent gateway), OUT (artifacts), PUBLISHED (artifacts), LEVEL (of xz: 4)
set -euo pipefail
cd "$(dirname "$0")/../.."
here=systemd/deb
out=${OUT:-artifacts}
version=${VERSION:-$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)}
maintainer=${MAINTAINER:-The Iot gateway authors <authors@iot-gateway.example>}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date -r Directory.Build.props +%s)}
umask 022
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

strip_of() { case $1 in "$(dpkg --print-architecture)") echo strip ;; amd64) echo x86_64-linux-gnu-strip ;; arm64) echo aarch64-linux-gnu-strip ;; esac }

rid_of() { case $1 in amd64) echo linux-x64 ;; arm64) echo linux-arm64 ;; *) echo "no architecture '$1': there are amd64 and arm64" >&2; exit 2 ;; esac }

fill() { # file, package, arch: with its names put in, and the part that starts and stops the service
  sed -e "/^#SERVICE#$/{r $here/service.$(basename "$1")
    d}" "$1" | sed -e "s/@PACKAGE@/$2/g; s/@FUNCTION@/${2//-/_}/g; s/@VERSION@/$version/g; s/@ARCH@/$3/g; s/@MAINTAINER@/$maintainer/g; s/@SIZE@/${size:-0}/g"
}

documents() { # root, package, arch
  local doc=$1/usr/share/doc/$2
  install -d "$doc" "$1/usr/share/man/man1" "$1/usr/share/bash-completion/completions"
  cp $here/copyright "$doc/copyright"
  printf '%s (%s) stable; urgency=medium\n\n  * Version %s; what changed is in CHANGELOG.md.gz.\n\n -- %s  %s\n' \
    "$2" "$version" "$version" "$maintainer" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$doc/changelog.gz"
  gzip -9nc CHANGELOG.md >"$doc/CHANGELOG.md.gz"
  fill "$here/$2/manual.1" "$2" "$3" | gzip -9n >"$1/usr/share/man/man1/$2.1.gz"
  fill $here/completion "$2" "$3" >"$1/usr/share/bash-completion/completions/$2"
}

program() { # root, package, arch: what belongs to either
  install -d "$1/usr/bin" "$1/usr/lib/$2" "$1/usr/lib/systemd/system"
  cp -r "${PUBLISHED:-artifacts}/$(rid_of "$3")/$2/." "$1/usr/lib/$2/"
  find "$1/usr/lib/$2" \( -name '*.pdb' -o -name '*.dbg' -o -name createdump -o -name libcoreclrtraceprovider.so \) -delete
  find "$1/usr/lib/$2" -type f -exec chmod 644 {} +
  chmod 755 "$1/usr/lib/$2/$2"
  find "$1/usr/lib/$2" -name '*.so' -exec "$(strip_of "$3")" --strip-unneeded --remove-section=.comment --remove-section=.note {} +
  ln -s "../lib/$2/$2" "$1/usr/bin/$2"
  cp "systemd/$2.service" "$1/usr/lib/systemd/system/"
  documents "$1" "$2" "$3"
}

agent_files() { # root, arch
  program "$1" iot-edge-agent "$2"
  install -d "$1/usr/lib/sysusers.d" "$1/etc/iot-edge-agent" "$1/etc/default"
  cp systemd/iot-edge-agent.sysusers.conf "$1/usr/lib/sysusers.d/iot-edge-agent.conf"
  cp $here/iot-edge-agent/default "$1/etc/default/iot-edge-agent"
  cp systemd/iot-edge-agent-update.path systemd/iot-edge-agent-update.service systemd/iot-edge-agent-update-resume.service "$1/usr/lib/systemd/system/"
  [ -z "${RELEASE_KEY:-}" ] || openssl ec -in "$RELEASE_KEY" -pubout -out "$1/etc/iot-edge-agent/release.pem" 2>/dev/null
}

gateway_files() { # root, arch
  program "$1" iot-gateway "$2"
  install -d "$1/etc/iot-gateway" "$1/usr/share/iot-gateway/install"
  cp $here/iot-gateway/gateway.json "$1/etc/iot-gateway/"
  mv "$1/usr/lib/iot-gateway/schemas" "$1/etc/iot-gateway/schemas"
  cp "$out"/iot-edge-agent_*.{deb,tar.gz} "$1/usr/share/iot-gateway/install/"
  find "$out" -maxdepth 1 -name 'iot-edge-agent_*.release' -exec cp {} "$1/usr/share/iot-gateway/install/" \;
  (cd "$1/usr/share/iot-gateway/install" && sha256sum iot-edge-agent_* | sort -t _ -k 2,2V -k 3 >SHA256SUMS) # by the version alone: 1.4.1 before 1.4.1.1
}

same_times() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }

deb() { # root, package, arch
  local script size
  size=$(du -sk --apparent-size "$1" | cut -f1)
  install -d "$1/DEBIAN"
  [ ! -f "$here/$2/overrides" ] || install -D -m 644 "$here/$2/overrides" "$1/usr/share/lintian/overrides/$2"
  (cd "$1" && find . -path ./DEBIAN -prune -o -type f -print | LC_ALL=C sort | sed 's|^\./||' | tr '\n' '\0' | xargs -0 md5sum) >"$work/md5sums"
  (cd "$1" && find etc -type f | LC_ALL=C sort | sed 's|^|/|') >"$1/DEBIAN/conffiles"
  mv "$work/md5sums" "$1/DEBIAN/md5sums"
  fill "$here/$2/control" "$2" "$3" >"$1/DEBIAN/control"
  for script in preinst prerm "$2/postinst" "$2/postrm"; do
    fill "$here/$script" "$2" "$3" >"$1/DEBIAN/$(basename "$script")"
    chmod 755 "$1/DEBIAN/$(basename "$script")"
  done
  same_times "$1"
  dpkg-deb --root-owner-group -Zxz -z"${LEVEL:-4}" --build "$1" "$out/$2_${version}_$3.deb" >/dev/null
}

release() { # arch: what Updating/Release.cs reads: a line of JSON, and its signature
  local package=$out/iot-edge-agent_${version}_$1.deb line said
  if [ -z "${RELEASE_KEY:-}" ]; then
    rm -f "${package%.deb}.release"
    echo "iot-edge-agent $version for $1 is not signed: no RELEASE_KEY, so no device updates to it by itself" >&2
    return
  fi
  # A device takes the version that the program says for the one that runs. One for another architecture does not run here, and cannot be asked.
  if said=$("artifacts/$(rid_of "$1")/iot-edge-agent/iot-edge-agent" --version 2>/dev/null) && [ "$said" != "$version" ]; then
    rm -f "${package%.deb}.release"
    echo "iot-edge-agent $version for $1 cannot be signed: the program that was published says that it is $said. Set <Version> in Directory.Build.props and publish again (make publish); VERSION alone renames." >&2
    exit 1
  fi
  line=$(printf '{"package":"iot-edge-agent","version":"%s","architecture":"%s","file":"%s","size":%s,"sha256":"%s"}' \
    "$version" "$1" "$(basename "$package")" "$(stat -c %s "$package")" "$(sha256sum "$package" | cut -d' ' -f1)")
  { echo "$line"; printf %s "$line" | openssl dgst -sha256 -sign "$RELEASE_KEY" | openssl base64 -A; echo; } >"${package%.deb}.release"
}

tarball() { # root, arch: paths are from /; it lists its files, so that uninstall.sh finds them
  local root=$1
  cp $here/uninstall.sh "$root/usr/lib/iot-edge-agent/" && chmod 755 "$root/usr/lib/iot-edge-agent/uninstall.sh"
  rm -rf "$root/DEBIAN" "$root/usr/share/lintian" "$root"/usr/lib/systemd/system/iot-edge-agent-update* # without dpkg there is no update
  touch "$root/usr/lib/iot-edge-agent/files"
  (cd "$root" && find usr etc/default ! -type d | LC_ALL=C sort) >"$work/files"
  cp "$work/files" "$root/usr/lib/iot-edge-agent/files"
  same_times "$root"
  tar -C "$root" --no-recursion --owner=0 --group=0 --numeric-owner --format=gnu -cf - -T "$work/files" | gzip -9n >"$out/iot-edge-agent_${version}_$2.tar.gz"
}

[ $# -gt 0 ] || set -- amd64 arm64
programs=${PROGRAMS:-agent gateway}
for arch in "$@"; do
  [[ $programs == *agent* ]] || continue
  agent_files "$work/agent-$arch" "$arch"
  deb "$work/agent-$arch" iot-edge-agent "$arch"
  release "$arch"
  tarball "$work/agent-$arch" "$arch"
done
for arch in "$@"; do
  [[ $programs == *gateway* ]] || continue
  gateway_files "$work/gateway-$arch" "$arch"
  deb "$work/gateway-$arch" iot-gateway "$arch"
  rm -rf "$work/gateway-$arch"
done
ls -l "$out"/*_"$version"_*
