/* Conf_file: Asterisk's configuration dialect (protocol reference 22.1): sections, templates, includes, comments.
 *
 * It yields sections and settings in file order with the place each came from; what they mean is for others. */
#ifndef TANDEM_CONFIG_CONF_FILE_H
#define TANDEM_CONFIG_CONF_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "config/diag.h"

struct conf_setting {
	const char *key;
	const char *value;      /* never NULL; "\;" already became ";" */
	const char *file;       /* as found, e.g. "iax.conf" or "custom/iax/users.conf" */
	int line;
	bool arrow;             /* written with => */
	bool append;            /* written with +=; the value already has the inherited one in front */
};

struct conf_section {
	const char *name;
	const char *file;
	int line;
	bool template_only;     /* [name](!) */
	struct conf_setting *settings;   /* inherited ones first */
	size_t count;
};

struct conf_file {
	struct conf_section *sections;
	size_t count;
	void *arena_;           /* all strings and arrays live here */
};

/* Reads DIR/NAME and what it includes.  0 and *out, or -ENOENT when DIR/NAME is not there (nothing is reported), or -EINVAL
 * when something is wrong with it (reported to diag as errors with file:line and what was expected), or -ENOMEM.  iax.conf
 * and extensions.conf are read alike. */
int conf_file_load(struct conf_file **out, const char *dir, const char *name, struct diag *diag);
void conf_file_del(struct conf_file *file);

/* The first section of that name (exact; "general" in any case), or NULL. */
const struct conf_section *conf_file_section(const struct conf_file *file, const char *name);
/* The last setting of that key (any case) in a section, or NULL. */
const struct conf_setting *conf_section_get(const struct conf_section *section, const char *key);

/* Asterisk's words for true and false: 1, 0, or -1 for anything else. */
int conf_bool(const char *value);

#endif
