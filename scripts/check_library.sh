#!/bin/sh
# What the library promises to those who link it.
#
#     scripts/check_library.sh headers          each public header compiles alone, as C17, with gcc and clang
#     scripts/check_library.sh symbols BUILD    all that libiax2 exports begins with iax2_
#     scripts/check_library.sh libc BUILD       libiax2.so needs libc and nothing else
set -eu
cd "$(dirname "$0")/.."

headers() {
	count=0
	for compiler in gcc clang; do
		for header in include/iax2/*.h; do
			printf '#include "iax2/%s"\n#include "iax2/%s"\n' "${header##*/}" "${header##*/}" |
				"$compiler" -std=c17 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -Iinclude -x c -
			count=$((count + 1))
		done
	done
	[ "$count" -gt 2 ]
	echo "$count headers compiled"
}

symbols() {
	for file in "$1/lib/libiax2.so" "$1/lib/libiax2.a"; do
		[ -e "$file" ] || { echo "$file is not there"; exit 1; }
	done
	# The archive keeps names that its own objects share; they are hidden, and must not clash with anybody's either.
	shared=$(nm -D --defined-only "$1/lib/libiax2.so" | awk 'NF == 3 { print $3 }')
	archive=$(nm -g --defined-only "$1/lib/libiax2.a" | awk 'NF == 3 { print $3 }')
	[ -n "$shared" ] && [ -n "$archive" ]
	if printf '%s\n%s\n' "$shared" "$archive" | sed 's/@.*//' | grep -v '^iax2_' | sort -u | grep .; then
		echo "these symbols do not begin with iax2_"
		exit 1
	fi
	echo "$(echo "$shared" | wc -l) symbols in libiax2.so, $(echo "$archive" | wc -l) in libiax2.a"
}

libc() {
	needed=$(readelf -d "$1/lib/libiax2.so" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
	echo "needs: $needed"
	[ "$needed" = libc.so.6 ]
}

case ${1-} in
headers) headers ;;
symbols | libc) "$1" "${2:?the build directory}" ;;
*)
	sed -n '2,6p' "$0" >&2
	exit 2
	;;
esac
