#include "switch/regcontext.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dialplan/dialplan.h"
#include "switch/core.h"
#include "util/log.h"

typedef void (*place_fn)(struct switch_core *sw, const struct iax_entry *peer, const char *context, const char *exten);

static void add(struct switch_core *sw, const struct iax_entry *peer, const char *context, const char *exten)
{
	int rc = dialplan_add_noop(sw->pbx.dialplan, context, exten, peer->name);
	if (rc) {
		log_warning("Peer '%s' (%s:%d) is registered, but its extension '%s' cannot be put in context '%s': %s", peer->name, peer->file,
		            peer->line, exten, context,
		            rc == -ENOENT ? "there is no such context" : rc == -EINVAL ? "expected a plain number or name" : strerror(-rc));
	}
}

static void drop(struct switch_core *sw, const struct iax_entry *peer, const char *context, const char *exten)
{
	dialplan_remove_noop(sw->pbx.dialplan, context, exten, peer->name);
}

/* One of regexten=, "EXTEN" for all contexts of regcontext= or "EXTEN@CONTEXT". */
static void each_context(struct switch_core *sw, const struct iax_entry *peer, char *exten, place_fn fn)
{
	char *context = strchr(exten, '@');
	if (context) {
		*context++ = '\0';
		fn(sw, peer, context, exten);
		return;
	}
	char *contexts = strdup(core_conf(sw)->general.regcontext), *rest = contexts;
	while (rest) {
		context = strsep(&rest, "&");
		if (context[0]) {
			fn(sw, peer, context, exten);
		}
	}
	free(contexts);
}

static void each(struct switch_core *sw, const struct iax_entry *peer, place_fn fn)
{
	const char *regcontext = core_conf(sw)->general.regcontext;
	if (!regcontext || !regcontext[0] || !sw->pbx.dialplan) {
		return;
	}
	char *extens = strdup(peer->regexten && peer->regexten[0] ? peer->regexten : peer->name), *rest = extens;
	while (rest) {
		char *exten = strsep(&rest, "&");
		if (exten[0]) {
			each_context(sw, peer, exten, fn);
		}
	}
	free(extens);
}

void regcontext_add(struct switch_core *sw, const struct iax_entry *peer)
{
	each(sw, peer, add);
}

void regcontext_remove(struct switch_core *sw, const struct iax_entry *peer)
{
	each(sw, peer, drop);
}
