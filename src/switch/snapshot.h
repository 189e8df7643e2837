/* Snapshot: one loaded configuration, counted: calls that are being authenticated keep the one they began with. */
#ifndef TANDEM_SWITCH_SNAPSHOT_H
#define TANDEM_SWITCH_SNAPSHOT_H

#include "config/iax_conf.h"

struct snapshot {
	struct iax_conf *conf;
	unsigned refs;
};

struct snapshot *snapshot_new(struct iax_conf *conf); /* takes conf over; NULL (and conf stays the caller's): out of memory */
struct snapshot *snapshot_ref(struct snapshot *snapshot);
void snapshot_unref(struct snapshot *snapshot); /* NULL is allowed */

#endif
