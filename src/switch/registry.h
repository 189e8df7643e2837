/* Registry: the `register =>` lines: where we register ourselves. */
#ifndef TANDEM_SWITCH_REGISTRY_H
#define TANDEM_SWITCH_REGISTRY_H

#include "config/iax_conf.h"
#include "iax2/iax2.h"
#include "switch/hostname.h"

struct switch_core;

struct registration {
	struct switch_core *sw;
	const struct iax_register *line; /* in the present snapshot */
	struct iax2_registration *reg;   /* NULL: not begun, the address is not known yet */
	struct hostname *hostname;       /* NULL: the host is a number */
	struct iax2_path path;           /* remote.family 0: not known */
	enum iax2_registration_state state;
	bool kept; /* by the reload under way */
};

struct registry {
	struct registration **list; /* in file order */
	size_t count;
};

/* As peers_prepare() and so on: lines that have not changed go on undisturbed; those that vanished are released. */
int registry_prepare(struct switch_core *sw, const struct iax_conf *conf, struct registry *plan);
void registry_abandon(struct registry *plan);
void registry_commit(struct switch_core *sw, const struct iax_conf *conf, struct registry *plan);
/* Stops all; with `release` the registrars are told. */
void registry_stop(struct switch_core *sw, bool release);

void registry_on_event(const struct iax2_event *ev);

#endif
