#include "switch/reload.h"

#include <errno.h>
#include <string.h>

#include "crypto/openssl.h"
#include "switch/core.h"
#include "switch/regcontext.h"
#include "switch/token.h"
#include "util/log.h"

static int report(struct diag *diag, int rc, const char *dir, const char *file)
{
	if (rc == -ENOENT) {
		diag_add(diag, DIAG_ERROR, file, 0, "there is no such file in %s", dir);
	} else if (rc == -ENOMEM) {
		diag_add(diag, DIAG_ERROR, file, 0, "out of memory");
	}
	return rc;
}

int loaded_read(struct loaded *loaded, const char *dir, struct diag *diag)
{
	struct iax_conf *conf = NULL;
	*loaded = (struct loaded){0};
	/* Both, so that one run tells all mistakes. */
	int rc_iax = report(diag, iax_conf_load(&conf, dir, diag), dir, "iax.conf");
	const char *regcontext = rc_iax == 0 ? conf->general.regcontext : NULL;
	int rc_dialplan = report(diag, dialplan_load(&loaded->dialplan, dir, regcontext, diag), dir, "extensions.conf");
	if (rc_iax == 0) {
		loaded->snapshot = snapshot_new(conf);
		if (!loaded->snapshot) {
			iax_conf_del(conf);
			rc_iax = report(diag, -ENOMEM, dir, "iax.conf");
		}
	}
	int rc = rc_iax ? rc_iax : rc_dialplan;
	if (rc) {
		loaded_drop(loaded);
	}
	return rc;
}

void loaded_drop(struct loaded *loaded)
{
	snapshot_unref(loaded->snapshot);
	if (loaded->dialplan) {
		dialplan_unref(loaded->dialplan);
	}
	*loaded = (struct loaded){0};
}

struct iax2_config reload_endpoint_config(struct switch_core *sw, const struct iax_general *general)
{
	struct iax2_config config = general->endpoint;
	config.mem = NULL;
	config.crypto = openssl_crypto();
	config.random = openssl_random;
	config.token_policy = token_policy;
	config.token_seen = token_seen;
	config.user = sw;
	return config;
}

static void set_global(const char *name, const char *value, void *arg)
{
	if (vars_set(arg, name, value)) {
		log_error("Out of memory: global variable %s is not set", name);
	}
}

static void apply_endpoint(struct switch_core *sw, const struct iax_general *general)
{
	struct iax2_config config = reload_endpoint_config(sw, general);
	iax2_endpoint_reconfigure(sw->ep, &config);
	int rc = iax2_endpoint_set_trunk(sw->ep, NULL, &general->trunk);
	if (rc) {
		log_warning("The trunk settings are not used: %s", iax2_strerror(rc));
	}
}

static void apply_dialplan(struct switch_core *sw, struct dialplan *dialplan)
{
	struct dialplan *old = sw->pbx.dialplan;
	sw->pbx.dialplan = dialplan;
	if (dialplan_clearglobalvars(dialplan)) {
		vars_fini(&sw->pbx.globals);
	}
	dialplan_globals(dialplan, set_global, &sw->pbx.globals);
	if (old) {
		dialplan_unref(old);
	}
}

int loaded_apply(struct switch_core *sw, struct loaded *loaded)
{
	const struct iax_conf *conf = loaded->snapshot->conf;
	struct peers_plan peers = {0};
	struct registry registry = {0};
	struct users users = {0};
	if (users_build(&users, conf, &sw->users)) {
		return -ENOMEM;
	}
	if (peers_prepare(sw, conf, &peers)) {
		users_fini(&users);
		return -ENOMEM;
	}
	if (registry_prepare(sw, conf, &registry)) {
		peers_abandon(&peers);
		users_fini(&users);
		return -ENOMEM;
	}
	struct snapshot *old = sw->snapshot;
	sw->snapshot = loaded->snapshot;
	apply_endpoint(sw, &conf->general);
	apply_dialplan(sw, loaded->dialplan);
	users_fini(&sw->users);
	sw->users = users;
	peers_commit(sw, conf, &peers);
	for (size_t i = 0; i < sw->peers.count; i++) {
		if (sw->peers.list[i]->registered) {
			regcontext_add(sw, sw->peers.list[i]->entry);
		}
	}
	registry_commit(sw, conf, &registry);
	snapshot_unref(old);
	*loaded = (struct loaded){0};
	return 0;
}
