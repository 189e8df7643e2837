/* Dialplan_data: what a dialplan is made of, for dialplan.c, dialplan_load.c and dialplan_show.c. */
#ifndef TANDEM_DIALPLAN_DIALPLAN_DATA_H
#define TANDEM_DIALPLAN_DIALPLAN_DATA_H

#include "dialplan/dialplan.h"

enum {
	DIALPLAN_NAME_MAX = 80,        /* with the closing zero: contexts, extensions, labels */
	DIALPLAN_SEARCH_MAX = 256,     /* contexts that are searched for one number, by includes */
};

struct dp_exten {
	struct dp_exten *next;         /* in its hash bucket, while loading */
	const char *name;              /* as written */
	const char *key;               /* without hyphens */
	const char *cid, *cid_key;     /* caller it is for, NULL: any */
	struct dialplan_step *steps;   /* by priority; a hint first */
	size_t count;
	bool dynamic;                  /* by dialplan_add_noop(): steps and texts are in the same piece of memory */
};

/* An include, an ignorepat or a switch. */
struct dp_item {
	const char *text;
	const char *file;
	int line;
	bool off;                      /* kept to be shown; has no effect (not supported) */
};

struct dp_list {
	struct dp_item *items;
	size_t count;
};

enum { DP_BUCKETS = 64 };

struct dp_context {
	struct dp_context *next;       /* in its hash bucket */
	const char *name;
	struct dp_exten **extens;      /* literals by strcmp(), then patterns by preference */
	size_t count, literals;
	struct dp_list includes, ignorepats, switches;
	struct dp_context **search;    /* this one, then all that are included, in order, each once */
	size_t search_count;
	struct dp_exten *buckets[DP_BUCKETS];   /* by key, while loading */
	unsigned visit;                         /* the last search list it was put in, while loading */
};

struct dp_block;

struct dialplan {
	unsigned refs;
	struct dp_context **contexts;  /* file order */
	size_t count;
	struct dp_context *buckets[DP_BUCKETS];
	struct vars globals;
	bool autofallthrough, clearglobalvars;
	struct dp_block *blocks;       /* all strings */
};

/* NULL: out of memory.  The text is the dialplan's. */
const char *dp_text(struct dialplan *dp, const char *text, size_t len);
/* Grows an array of `count` elements by one when that is a power of two; NULL when out of memory (the old one stays). */
void *dp_grow(void *array, size_t count, size_t size);
unsigned dp_hash(const char *text);
struct dp_context *dp_context_find(const struct dialplan *dp, const char *name);

#endif
