#!/bin/bash
# Packages of Debian trixie, unpacked beside bookworm (they need no newer glibc). The machine's own apt is not touched.
# Usage: next-debian.sh FOLDER PACKAGE…  → FOLDER/root
set -eu
D=$1
shift
mkdir -p "$D/lists/partial" "$D/cache/archives/partial" "$D/debs"
cd "$D"
cat > trixie.sources <<S
Types: deb
URIs: $(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources)
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
S
A="-o Dir::Etc::sourcelist=$D/trixie.sources -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists=$D/lists -o Dir::Cache=$D/cache -o Dir::State::status=/dev/null -o APT::Sandbox::User=root"
apt-get $A -qq update
(cd debs && apt-get $A -qq download "$@" && for f in *.deb; do dpkg -x "$f" ../root; done)
