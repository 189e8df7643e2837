#include "config/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"

static const enum log_level severity_level[] = {
    [DIAG_NOTICE] = LOG_LEVEL_NOTICE,
    [DIAG_WARNING] = LOG_LEVEL_WARNING,
    [DIAG_ERROR] = LOG_LEVEL_ERROR,
};

static void entry_fini(struct diag_entry *entry)
{
	free(entry->file);
	free(entry->text);
}

static struct diag_entry *entry_room(struct diag *diag)
{
	if (diag->count >= DIAG_MAX) {
		return NULL;
	}
	if ((diag->count & (diag->count - 1)) == 0) { /* 0 and the powers of two: full */
		size_t cap = diag->count ? diag->count * 2 : 1;
		struct diag_entry *entries = realloc(diag->entries, cap * sizeof(*entries));
		if (!entries) {
			return NULL;
		}
		diag->entries = entries;
	}
	return &diag->entries[diag->count];
}

/* A mistake in a template is found again in each section that inherits it; told once, it is told. */
static bool is_there(const struct diag *diag, const struct diag_entry *entry)
{
	for (size_t i = diag->count; entry->line && i-- > 0;) {
		const struct diag_entry *e = &diag->entries[i];
		if (e->line == entry->line && e->severity == entry->severity && strcmp(e->text, entry->text) == 0 &&
		    strcmp(e->file ? e->file : "", entry->file ? entry->file : "") == 0) {
			return true;
		}
	}
	return false;
}

void diag_init(struct diag *diag)
{
	memset(diag, 0, sizeof(*diag));
}

void diag_fini(struct diag *diag)
{
	for (size_t i = 0; i < diag->count; i++) {
		entry_fini(&diag->entries[i]);
	}
	free(diag->entries);
	diag_init(diag);
}

void diag_add(struct diag *diag, enum diag_severity severity, const char *file, int line, const char *fmt, ...)
{
	diag->errors += severity == DIAG_ERROR;
	struct diag_entry *room = entry_room(diag);
	if (!room) {
		diag->dropped++;
		return;
	}
	struct diag_entry entry = {.severity = severity, .line = line};
	va_list ap;
	va_start(ap, fmt);
	if (vasprintf(&entry.text, fmt, ap) < 0) {
		entry.text = NULL;
	}
	va_end(ap);
	entry.file = file ? strdup(file) : NULL;
	if (!entry.text || (file && !entry.file)) {
		entry_fini(&entry);
		diag->dropped++;
		return;
	}
	if (is_there(diag, &entry)) {
		entry_fini(&entry);
		return;
	}
	*room = entry;
	diag->count++;
}

void diag_log(const struct diag *diag)
{
	for (size_t i = 0; i < diag->count; i++) {
		const struct diag_entry *e = &diag->entries[i];
		if (e->file && e->line) {
			log_write(severity_level[e->severity], "%s:%d: %s", e->file, e->line, e->text);
		} else if (e->file) {
			log_write(severity_level[e->severity], "%s: %s", e->file, e->text);
		} else {
			log_write(severity_level[e->severity], "%s", e->text);
		}
	}
	if (diag->dropped) {
		log_warning("%zu more messages about the configuration are not shown", diag->dropped);
	}
}
