#include "switch/switch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/openssl.h"
#include "switch/chan_iax2.h"
#include "switch/core.h"
#include "switch/originate.h"
#include "switch/pbx.h"
#include "switch/registrar.h"
#include "switch/reload.h"
#include "switch/text.h"
#include "util/log.h"

#define STOP_LIMIT (2 * IAX2_NS_PER_S) /* for what is still unacknowledged */
#define STOP_CHECK (20 * IAX2_NS_PER_MS)

/* --- life --- */

static int endpoint_open(struct switch_core *sw, const struct iax_general *general)
{
	struct iax2_config config = reload_endpoint_config(sw, general);
	sw->ep = iax2_endpoint_new(&config, core_now(sw));
	return sw->ep ? 0 : -ENOMEM;
}

static void open_store(struct switch_core *sw, struct diag *diag)
{
	const char *why;
	if (sw->options.state_dir && store_open(&sw->store, sw->options.state_dir, &why)) {
		sw->store = NULL;
		diag_add(diag, DIAG_WARNING, NULL, 0, "registrations will not survive a restart: %s: %s", sw->options.state_dir, why);
	}
}

static int start(struct switch_core *sw, struct diag *diag)
{
	struct loaded loaded;
	int rc = loaded_read(&loaded, sw->options.config_dir, diag);
	if (rc) {
		return rc;
	}
	const struct iax_general *general = &loaded.snapshot->conf->general;
	if (!openssl_md5_available()) {
		diag_add(diag, DIAG_WARNING, NULL, 0, "this machine's policy forbids MD5: nobody can authenticate with auth=md5");
	}
	rc = endpoint_open(sw, general);
	if (rc == 0) {
		rc = io_open(sw, general, diag);
	}
	if (rc == 0) {
		open_store(sw, diag);
		rc = loaded_apply(sw, &loaded);
	}
	if (rc) {
		if (rc == -ENOMEM) {
			diag_add(diag, DIAG_ERROR, NULL, 0, "out of memory");
		}
		loaded_drop(&loaded);
		return rc;
	}
	peers_restore(sw);
	return 0;
}

static void on_turn(void *arg)
{
	switch_turn(arg);
}

int switch_new(struct switch_core **out, struct loop *loop, const struct switch_options *options, struct diag *diag)
{
	struct switch_core *sw = calloc(1, sizeof *sw);
	if (!sw) {
		diag_add(diag, DIAG_ERROR, NULL, 0, "out of memory");
		return -ENOMEM;
	}
	sw->loop = loop;
	sw->options = *options;
	sw->pbx.ops = &switch_pbx_ops;
	sw->pbx.sound_dirs = options->sound_dirs;
	vars_init(&sw->pbx.globals);
	sw->last_auth_methods = IAX2_AUTH_MD5;
	timers_init(&sw->timers, loop);
	int rc = start(sw, diag);
	if (rc) {
		switch_del(sw);
		return rc;
	}
	loop_set_turn(loop, on_turn, sw);
	*out = sw;
	return 0;
}

void switch_turn(struct switch_core *sw)
{
	/* What is deleted may leave something to be sent, and what is sent nothing to be deleted. */
	io_flush(sw);
	while (pbx_free_dead(sw)) {
		io_flush(sw);
	}
}

/* Ends one channel after another; owners delete more than one at a time.  The oldest first: the other way round, a dialplan that
 * dials again when a call has failed would make new ones for ever. */
static unsigned drop_all(struct switch_core *sw, int cause)
{
	unsigned count = 0;
	for (struct channel *ch = sw->oldest; ch;) {
		if (ch->state == CHANNEL_HUNGUP) {
			ch = ch->prev;
			continue;
		}
		pbx_channel_drop(ch, cause);
		count++;
		ch = sw->oldest;
	}
	return count;
}

void switch_del(struct switch_core *sw)
{
	if (!sw) {
		return;
	}
	loop_set_turn(sw->loop, NULL, NULL);
	sw->no_new_calls = true;
	originate_fini(sw);
	drop_all(sw, IAX2_CAUSE_NORMAL);
	while (sw->legs) {
		leg_del(sw->legs);
	}
	while (sw->channels) {
		channel_del(sw->channels);
	}
	pbx_free_dead(sw);
	registrar_fini(sw);
	registry_stop(sw, false);
	peers_fini(sw);
	users_fini(&sw->users);
	timers_fini(&sw->timers);
	io_close(sw);
	iax2_endpoint_del(sw->ep);
	if (sw->store) {
		store_close(sw->store);
	}
	snapshot_unref(sw->snapshot);
	if (sw->pbx.dialplan) {
		dialplan_unref(sw->pbx.dialplan);
	}
	vars_fini(&sw->pbx.globals);
	free(sw);
}

/* --- reload --- */

static bool same_bind(const struct iax_general *a, const struct iax_general *b)
{
	if (a->bind_count != b->bind_count || a->tos != b->tos) {
		return false;
	}
	for (size_t i = 0; i < a->bind_count; i++) {
		if (!iax2_addr_equal(&a->bind[i], &b->bind[i])) {
			return false;
		}
	}
	return true;
}

int switch_reload(struct switch_core *sw, struct diag *diag)
{
	struct loaded loaded;
	if (loaded_read(&loaded, sw->options.config_dir, diag)) {
		return -EINVAL;
	}
	if (!same_bind(&core_conf(sw)->general, &loaded.snapshot->conf->general)) {
		diag_add(diag, DIAG_WARNING, "iax.conf", 0, "bindaddr, bindport or tos has changed: that takes effect after a restart");
	}
	if (loaded_apply(sw, &loaded)) {
		diag_add(diag, DIAG_ERROR, NULL, 0, "out of memory");
		loaded_drop(&loaded);
		return -EINVAL;
	}
	return 0;
}

/* --- stop --- */

static void end_everything(struct switch_core *sw)
{
	sw->stop_deadline = core_now(sw) + STOP_LIMIT; /* from now on nobody can dial */
	originate_fini(sw);
	drop_all(sw, IAX2_CAUSE_NORMAL);
	for (struct leg *leg = sw->legs, *next; leg; leg = next) {
		next = leg->next;
		if (!leg->ch && leg->call) {
			iax2_call_reject(leg->call, IAX2_CAUSE_CONGESTION, NULL, core_now(sw));
			leg->call = NULL;
			leg_del(leg);
		}
	}
	registry_stop(sw, true);
	peers_quiet(sw);
}

static bool nothing_left(struct switch_core *sw)
{
	struct iax2_stats stats;
	iax2_endpoint_stats(sw->ep, &stats);
	return !sw->channels && !stats.legs && !stats.unacked;
}

static void on_stop_check(void *arg)
{
	struct switch_core *sw = arg;
	sw->stop_timer = NULL;
	if (sw->stop_deadline == IAX2_NS_NEVER && !sw->channels) {
		end_everything(sw);
	} else if (sw->stop_deadline != IAX2_NS_NEVER && (nothing_left(sw) || core_now(sw) >= sw->stop_deadline)) {
		sw->stop_done(sw->stop_arg);
		return;
	}
	sw->stop_timer = timers_add(&sw->timers, core_now(sw) + STOP_CHECK, on_stop_check, sw);
	if (!sw->stop_timer) {
		log_error("Out of memory: stopping at once");
		sw->stop_done(sw->stop_arg);
	}
}

void switch_stop(struct switch_core *sw, bool gracefully, void (*done)(void *arg), void *arg)
{
	sw->no_new_calls = true;
	sw->stop_done = done;
	sw->stop_arg = arg;
	sw->stop_deadline = IAX2_NS_NEVER;
	if (!gracefully) {
		end_everything(sw);
	}
	timers_del(&sw->timers, sw->stop_timer);
	sw->stop_timer = timers_add(&sw->timers, core_now(sw), on_stop_check, sw);
	if (!sw->stop_timer) {
		log_error("Out of memory: stopping at once");
		done(arg);
	}
}

/* --- actions --- */

struct pbx *switch_pbx(struct switch_core *sw)
{
	return &sw->pbx;
}

int switch_originate_app(struct switch_core *sw, const char *dest, const char *app, const char *data, const char **why)
{
	return originate_start(sw, dest, &(struct originate_goal){.app = app, .data = data}, why);
}

int switch_originate_exten(struct switch_core *sw, const char *dest, const char *exten, const char *context, const char **why)
{
	return originate_start(sw, dest, &(struct originate_goal){.data = exten, .context = context}, why);
}

unsigned switch_hangup(struct switch_core *sw, const char *name)
{
	if (strcmp(name, "all") == 0) {
		return drop_all(sw, 0);
	}
	for (struct channel *ch = sw->channels; ch; ch = ch->next) {
		if (strcasecmp(ch->name, name) == 0 && ch->state != CHANNEL_HUNGUP) {
			pbx_channel_drop(ch, 0);
			return 1;
		}
	}
	return 0;
}

void switch_debug(struct switch_core *sw, bool on)
{
	sw->io.debug = on;
	sw->io.debug_peer[0] = '\0';
}

int switch_debug_peer(struct switch_core *sw, const char *name)
{
	if (!peers_find(&sw->peers, name)) {
		return -ENOENT;
	}
	sw->io.debug = true;
	text_copy(sw->io.debug_peer, sizeof sw->io.debug_peer, name);
	return 0;
}
