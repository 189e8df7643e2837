#!/bin/sh
# Installs the Debian packages that a target of the Makefile needs and that are not there yet.
#
#     scripts/deps.sh [build] [tests] [interop] [ci]
#
# Does nothing (and takes no time) when all are installed.  Installing needs root, or sudo; without either it
# prints the command to run and ends with status 1.
set -eu

build='gcc libc6-dev meson ninja-build pkgconf python3 libuv1-dev libssl-dev libedit-dev libsqlite3-dev libasound2-dev libcmocka-dev'
interop='debootstrap iproute2 tshark util-linux mount'
ci='clang binutils libasan8 libubsan1'
tests=valgrind

wanted=
for group in "${@:-build}"; do
	case $group in
	build) wanted="$wanted $build" ;;
	tests) wanted="$wanted $tests" ;;
	interop) wanted="$wanted $interop" ;;
	ci) wanted="$wanted $ci" ;;
	*)
		echo "$0: unknown group '$group' (build, tests, interop, ci)" >&2
		exit 2
		;;
	esac
done

if ! command -v dpkg-query >/dev/null; then
	echo "deps: this is no Debian system; taking it for granted that these (or your system's names for them) are there:" >&2
	echo "deps:  $wanted" >&2
	exit 0
fi

missing=
for package in $wanted; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
	as_root=sudo
else
	echo "deps: these packages are missing, and installing them needs root:" >&2
	echo >&2
	echo "    apt-get update && apt-get install --no-install-recommends$missing" >&2
	echo >&2
	exit 1
fi

echo "deps: installing$missing"
apt() {
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null
}
apt update
# shellcheck disable=SC2086 # a list of words
apt install -y --no-install-recommends $missing
