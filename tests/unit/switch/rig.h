/* Rig: what the tests of the switch need around it: a directory with a configuration, a loop, free ports. */
#ifndef TANDEM_TESTS_SWITCH_RIG_H
#define TANDEM_TESTS_SWITCH_RIG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

#include "net/loop.h"
#include "net/udp.h"
#include "switch/core.h"
#include "util/log.h"

struct rig {
	char dir[64];
	struct loop *loop;
	struct switch_core *sw;
	struct diag diag;
};

static inline void rig_write(const struct rig *rig, const char *name, const char *text)
{
	char path[128];
	snprintf(path, sizeof path, "%s/%s", rig->dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* A UDP port of 127.0.0.1 that nobody has at the moment. */
static inline unsigned rig_free_port(void)
{
	struct iax2_addr addr;
	struct udp_socket *udp;
	assert_int_equal(iax2_addr_parse(&addr, "127.0.0.1:0", 0), 0);
	assert_int_equal(udp_open(&udp, &addr, 0, NULL), 0);
	unsigned port = udp_local(udp)->port;
	udp_close(udp);
	return port;
}

/* Makes the directory.  `loop` may be shared. */
static inline void rig_init(struct rig *rig, struct loop *loop)
{
	*rig = (struct rig){.loop = loop};
	const char *tmp = getenv("TMPDIR");
	snprintf(rig->dir, sizeof rig->dir, "%.40s/tandem-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(rig->dir));
	diag_init(&rig->diag);
}

/* Starts a switch; `iax` comes behind a [general] with a free port on 127.0.0.1. */
static inline void rig_start(struct rig *rig, unsigned port, const char *iax, const char *extensions, bool keep_state)
{
	char text[4096];
	snprintf(text, sizeof text, "[general]\nbindport = %u\nbindaddr = 127.0.0.1\ndisallow = all\nallow = ulaw\nallow = alaw\n%s",
	         port, iax);
	rig_write(rig, "iax.conf", text);
	rig_write(rig, "extensions.conf", extensions);
	static const char *const no_dirs[] = {NULL};
	struct switch_options options = {
	    .config_dir = rig->dir, .state_dir = keep_state ? rig->dir : NULL, .sound_dirs = no_dirs, .key_dirs = no_dirs};
	int rc = switch_new(&rig->sw, rig->loop, &options, &rig->diag);
	if (rc) {
		for (size_t i = 0; i < rig->diag.count; i++) {
			print_error("%s:%d: %s\n", rig->diag.entries[i].file, rig->diag.entries[i].line, rig->diag.entries[i].text);
		}
	}
	assert_int_equal(rc, 0);
}

static inline void rig_stop(struct rig *rig)
{
	switch_del(rig->sw);
	rig->sw = NULL;
}

/* Removes the directory of a rig whose switch is stopped or was never started. */
static inline void rig_clean(struct rig *rig)
{
	static const char *const files[] = {"iax.conf",      "extensions.conf", "tandem.db",
	                                    "tandem.db-wal", "tandem.db-shm",   "tandem.db-journal"};
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		char path[128];
		snprintf(path, sizeof path, "%s/%s", rig->dir, files[i]);
		unlink(path);
	}
	rmdir(rig->dir);
	diag_fini(&rig->diag);
}

static inline void rig_fini(struct rig *rig)
{
	rig_stop(rig);
	rig_clean(rig);
}

/* Gives the endpoint a message that opens a dialogue as if it had arrived, and lets the switch work on it. */
static inline void rig_deliver(struct rig *rig, const char *from, enum iax2_command command, uint16_t scall,
                               const struct iax2_ie_writer *ies)
{
	uint8_t packet[1024];
	struct iax2_path path = {0};
	assert_int_equal(iax2_addr_parse(&path.remote, from, 4569), 0);
	assert_false(ies->full);
	struct iax2_frame frame = {.kind = IAX2_KIND_FULL, .scall = scall, .type = IAX2_TYPE_IAX, .subclass = command};
	frame.payload = ies->buf;
	frame.payload_len = ies->len;
	int len = iax2_frame_encode(&frame, packet, sizeof packet);
	assert_true(len > 0);
	iax2_endpoint_input(rig->sw->ep, &path, packet, (size_t)len, loop_now(rig->loop));
	switch_turn(rig->sw);
}

/* Notices and worse that were logged since rig_log_start(). */
static char rig_log_last[1024];
static unsigned rig_log_lines;

static inline void rig_log_sink(enum log_level level, const char *line, void *arg)
{
	(void)arg;
	if (level <= LOG_LEVEL_NOTICE) {
		snprintf(rig_log_last, sizeof rig_log_last, "%s", line);
		rig_log_lines++;
	}
}

static inline void rig_log_start(void)
{
	rig_log_last[0] = '\0';
	rig_log_lines = 0;
	log_set_sink(rig_log_sink, NULL);
}

static inline void rig_log_stop(void)
{
	log_set_sink(NULL, NULL);
}

/* For a test's set-up: a switch on a loop of its own that knows these two files, and its log being noted. */
static inline int rig_set_up(struct rig *rig, const char *iax, const char *extensions)
{
	rig_init(rig, loop_new());
	rig_start(rig, rig_free_port(), iax, extensions, false);
	rig_log_start();
	return 0;
}

static inline int rig_tear_down(struct rig *rig)
{
	struct loop *loop = rig->loop;
	rig_log_stop();
	rig_fini(rig);
	loop_del(loop);
	return 0;
}

#define RIG_SWITCHES_MAX 2
#define RIG_LIMIT        (5 * IAX2_NS_PER_S)

/* Runs the loop of some switches until something is so; false when it is not after 5 s. */
struct rig_wait {
	struct rig *rigs[RIG_SWITCHES_MAX];
	bool (*is_so)(const void *arg);
	const void *arg;
	bool late, is_done;
};

static inline void rig_wait_turn(void *arg)
{
	struct rig_wait *wait = arg;
	for (size_t i = 0; i < RIG_SWITCHES_MAX; i++) {
		if (wait->rigs[i]) {
			switch_turn(wait->rigs[i]->sw);
		}
	}
	wait->is_done = wait->is_so(wait->arg);
	if (wait->is_done || wait->late) {
		loop_stop(wait->rigs[0]->loop);
	}
}

static inline void rig_wait_late(void *arg)
{
	((struct rig_wait *)arg)->late = true;
}

static inline bool rig_wait(struct rig *a, struct rig *b, bool (*is_so)(const void *arg), const void *arg)
{
	struct rig_wait wait = {.rigs = {a, b}, .is_so = is_so, .arg = arg};
	struct loop_timer *limit = loop_timer_new(a->loop, rig_wait_late, &wait);
	assert_non_null(limit);
	loop_timer_set(limit, loop_now(a->loop) + RIG_LIMIT);
	loop_set_turn(a->loop, rig_wait_turn, &wait);
	loop_run(a->loop);
	loop_set_turn(a->loop, NULL, NULL);
	loop_timer_del(limit);
	return wait.is_done;
}

#endif
