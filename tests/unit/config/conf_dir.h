/* Conf_dir: a directory of configuration files that lives as long as one test, and a look at the messages. */
#ifndef CONF_DIR_H
#define CONF_DIR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/diag.h"

struct conf_dir {
	char path[64];
	struct diag diag;
};

static inline void conf_dir_init(struct conf_dir *dir)
{
	strcpy(dir->path, "/tmp/conf-test-XXXXXX");
	assert_non_null(mkdtemp(dir->path));
	diag_init(&dir->diag);
}

static inline void conf_dir_write_bytes(const struct conf_dir *dir, const char *name, const void *data, size_t len)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", dir->path, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static inline void conf_dir_write(const struct conf_dir *dir, const char *name, const char *text)
{
	conf_dir_write_bytes(dir, name, text, strlen(text));
}

static inline void conf_dir_fini(struct conf_dir *dir)
{
	char command[128];
	snprintf(command, sizeof(command), "rm -rf '%s'", dir->path);
	assert_int_equal(system(command), 0);
	diag_fini(&dir->diag);
}

/* Fails unless there is a message of that severity at that place with that text in it. */
static inline void assert_diag(const struct diag *diag, enum diag_severity severity, const char *file, int line, const char *part)
{
	for (size_t i = 0; i < diag->count; i++) {
		const struct diag_entry *e = &diag->entries[i];
		if (e->severity == severity && e->file && strcmp(e->file, file) == 0 && e->line == line && strstr(e->text, part)) {
			return;
		}
	}
	for (size_t i = 0; i < diag->count; i++) {
		print_message("have: %s:%d: %s\n", diag->entries[i].file, diag->entries[i].line, diag->entries[i].text);
	}
	fail_msg("no message %s:%d: %s", file, line, part);
}

#endif
