/* Diag: what was found wrong in configuration files, with the place. */
#ifndef TANDEM_CONFIG_DIAG_H
#define TANDEM_CONFIG_DIAG_H

#include <stddef.h>

enum diag_severity { DIAG_NOTICE, DIAG_WARNING, DIAG_ERROR };

struct diag_entry {
	enum diag_severity severity;
	char *file;     /* NULL when it is about no file */
	int line;       /* 0: the whole file */
	char *text;     /* one line without file:line; says what was expected or what to write instead */
};

struct diag {
	struct diag_entry *entries;
	size_t count;
	size_t errors;  /* how many are DIAG_ERROR, kept or not */
	size_t dropped; /* how many came after DIAG_MAX others, or when memory was short */
};

/* More than anybody reads; a file of garbage must not fill the memory. */
#define DIAG_MAX 1000

void diag_init(struct diag *diag);
void diag_fini(struct diag *diag);
void diag_add(struct diag *diag, enum diag_severity severity, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* Writes all of it to the log as "iax.conf:12: text", errors as errors and so on. */
void diag_log(const struct diag *diag);

#endif
