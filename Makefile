# The front door.  Meson does the work; its own commands may be used instead, in the directory build/out.
#
#   make demo       two offices on this machine, three calls over their trunk, in half a minute; KEEP=1 leaves them running
#   make test       builds all and runs the tests
#   make interop    the same against real Asterisks (needs root: network namespaces and debootstrap)
#   make bench      how fast the protocol library is
#   make install    PREFIX=/usr/local DESTDIR=
#   make deps       installs the Debian packages that the others need (they do it themselves as well)

BUILD ?= build/out
PREFIX ?= /usr/local
DESTDIR ?=
KEEP ?=

.PHONY: all deps test demo interop bench install clean distclean

all: deps $(BUILD)/build.ninja
	@ninja -C $(BUILD)

deps:
	@scripts/deps.sh build

$(BUILD)/build.ninja:
	@scripts/deps.sh build
	@meson setup $(BUILD) --prefix $(PREFIX) --libdir lib

test: all
	@scripts/deps.sh tests
	@meson test -C $(BUILD) --no-rebuild --print-errorlogs

demo: all
	@python3 scripts/demo.py --build $(BUILD) $(if $(filter-out 0 no,$(KEEP)),--keep)

interop: all
	@scripts/deps.sh interop
	@python3 tests/interop/run.py --build $(BUILD)

bench: all
	@meson test -C $(BUILD) --benchmark --verbose

install: all
	@meson configure $(BUILD) --prefix $(PREFIX)
	@meson install -C $(BUILD) $(if $(DESTDIR),--destdir $(abspath $(DESTDIR)))

# Keeps the Asterisks that `make interop` has fetched; distclean removes them too.
clean:
	rm -rf $(BUILD) build/demo build/interop build/ci

distclean: clean
	@if grep -q " $(CURDIR)/build/" /proc/mounts; then echo "something is mounted below build/: left alone" >&2; exit 1; fi
	rm -rf build
