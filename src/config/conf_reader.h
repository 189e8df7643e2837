/* Conf_reader: what conf_file.c (sections and settings) and conf_include.c (files and directives) share while a file is being
 * read. */
#ifndef TANDEM_CONFIG_CONF_READER_H
#define TANDEM_CONFIG_CONF_READER_H

#include <sys/types.h>

#include "config/arena.h"
#include "config/conf_file.h"
#include "config/name_index.h"

#define CONF_DEPTH_MAX    10                 /* files inside files */
#define CONF_FILE_MAX     ((size_t)16 << 20) /* bytes of one file */
#define CONF_TOTAL_MAX    ((size_t)64 << 20) /* bytes of all files of one load */
#define CONF_FILES_MAX    4096               /* files of one load */
#define CONF_SETTINGS_MAX ((size_t)1 << 20)  /* settings after inheritance: templates may multiply them */

#define CONF_NO_SECTION ((size_t)-1)

/* A setting and a section as they grow. */
struct conf_draft_setting {
	struct conf_setting setting;
	bool inherited;
};
struct conf_draft {
	struct conf_section section; /* its settings and count are set at the end */
	struct conf_draft_setting *settings;
	size_t count, cap;
};

/* The files that are open, innermost first: to find loops. */
struct conf_open_file {
	const struct conf_open_file *outer;
	const char *name;
	dev_t dev;
	ino_t ino;
	unsigned depth;
	size_t section; /* where settings of this file go; kept while a file inside opens sections of its own */
};

struct conf_reader {
	struct arena *arena;   /* strings and what is handed out */
	struct arena *scratch; /* drafts */
	const char *dir;
	struct diag *diag;
	struct conf_draft *drafts;
	size_t count, cap;
	struct name_index index; /* the first section of each name */
	size_t last_section;     /* opened last, in whatever file: where an included file begins */
	size_t total_settings, total_bytes, total_files;
	bool no_memory;
};

/* conf_file.c: one line that is no directive. */
void conf_reader_line(struct conf_reader *reader, struct conf_open_file *in, char *line, int line_no);

/* conf_include.c: reads one file and what it includes.  `name` as in #include: relative to the directory, or absolute.  0;
 * -ENOENT when it is not there (not reported); -EINVAL for other reasons why it cannot be read (reported at from:line, or at the
 * file itself when `from` is NULL). */
int conf_reader_file(struct conf_reader *reader, const char *name, const struct conf_open_file *from, int line_no);

#endif
