#include "switch/snapshot.h"

#include <stdlib.h>

struct snapshot *snapshot_new(struct iax_conf *conf)
{
	struct snapshot *snapshot = malloc(sizeof *snapshot);
	if (snapshot) {
		*snapshot = (struct snapshot){conf, 1};
	}
	return snapshot;
}

struct snapshot *snapshot_ref(struct snapshot *snapshot)
{
	snapshot->refs++;
	return snapshot;
}

void snapshot_unref(struct snapshot *snapshot)
{
	if (snapshot && --snapshot->refs == 0) {
		iax_conf_del(snapshot->conf);
		free(snapshot);
	}
}
