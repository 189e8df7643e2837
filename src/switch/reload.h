/* Reload: reads the configuration and puts it in force, as a whole or not at all. */
#ifndef TANDEM_SWITCH_RELOAD_H
#define TANDEM_SWITCH_RELOAD_H

#include "config/iax_conf.h"
#include "dialplan/dialplan.h"

struct switch_core;

/* Both files, read and checked. */
struct loaded {
	struct snapshot *snapshot;
	struct dialplan *dialplan;
};
/* 0, or a negative errno and diag has at least one error. */
int loaded_read(struct loaded *loaded, const char *dir, struct diag *diag);
void loaded_drop(struct loaded *loaded);
/* Puts it in force.  0, and it belongs to the switch; -ENOMEM with nothing changed. */
int loaded_apply(struct switch_core *sw, struct loaded *loaded);
/* The endpoint's settings with our callbacks. */
struct iax2_config reload_endpoint_config(struct switch_core *sw, const struct iax_general *general);

#endif
