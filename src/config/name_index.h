/* Name_index: from a name to a number, for the sections of a large configuration. */
#ifndef TANDEM_CONFIG_NAME_INDEX_H
#define TANDEM_CONFIG_NAME_INDEX_H

#include <stdbool.h>
#include <stddef.h>

struct name_slot {
	const char *name;
	size_t value;
};

struct name_index {
	struct name_slot *slots; /* a power of two of them, at most half full */
	size_t cap, count;
};

#define NAME_INDEX_EMPTY ((struct name_index){0})

/* Sets the number of a name, which is not copied and must outlive the index.  0 or -ENOMEM. */
int name_index_put(struct name_index *index, const char *name, size_t value);
/* False: not there, and *value is untouched. */
bool name_index_get(const struct name_index *index, const char *name, size_t *value);
void name_index_fini(struct name_index *index);

#endif
