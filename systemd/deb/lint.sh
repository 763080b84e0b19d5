#!/usr/bin/env bash
# What Debian's own checker says of the packages under artifacts/; any error or warning fails.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=${VERSION:-$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)}
as_root=()
[ "$(id -u)" -ne 0 ] || as_root=(--allow-root)
packages=(artifacts/*_"$version"_*.deb)
lintian "${as_root[@]}" --fail-on error,warning "${packages[@]}"
echo "lintian finds nothing in ${#packages[@]} packages"
