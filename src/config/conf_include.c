#include "config/conf_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/conf_lexer.h"

/* Where a message about the file `name` stands: at the directive that asked for it, or at the file itself. */
static void report(struct conf_reader *reader, const char *name, const struct conf_open_file *from, int line_no, const char *text)
{
	if (from) {
		diag_add(reader->diag, DIAG_ERROR, from->name, line_no, "cannot include \"%s\": %s", name, text);
	} else {
		diag_add(reader->diag, DIAG_ERROR, name, 0, "cannot read it: %s", text);
	}
}

static char *full_path(const struct conf_reader *reader, const char *name)
{
	char *path = NULL;
	if (name[0] == '/') {
		return strdup(name);
	}
	return asprintf(&path, "%s/%s", reader->dir, name) < 0 ? NULL : path;
}

/* The name of a file in messages: without the directory when it lies in it. */
static const char *short_name(const struct conf_reader *reader, const char *path)
{
	size_t len = strlen(reader->dir);
	if (strncmp(path, reader->dir, len) == 0 && path[len] == '/') {
		return path + len + 1;
	}
	return path;
}

static ssize_t read_all(int fd, char *buf, size_t size)
{
	size_t got = 0;
	while (got < size) {
		ssize_t n = read(fd, buf + got, size - got);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return -errno;
		}
		if (n == 0) {
			break;
		}
		got += (size_t)n;
	}
	return (ssize_t)got;
}

/* Why a file may not be read, or NULL. */
static const char *refusal(const struct conf_reader *reader, const struct stat *st, const struct conf_open_file *from)
{
	if (S_ISDIR(st->st_mode)) {
		return "it is a directory, expected a file";
	}
	if (!S_ISREG(st->st_mode)) {
		return "it is not a regular file";
	}
	if ((uint64_t)st->st_size > CONF_FILE_MAX) {
		return "it is larger than 16 MiB, which no configuration file is";
	}
	if (reader->total_bytes + (size_t)st->st_size > CONF_TOTAL_MAX) {
		return "all files together are larger than 64 MiB";
	}
	if (reader->total_files >= CONF_FILES_MAX) {
		return "more than 4096 files are included";
	}
	for (const struct conf_open_file *outer = from; outer; outer = outer->outer) {
		if (outer->dev == st->st_dev && outer->ino == st->st_ino) {
			return "it is the file that this one is included from: files include each other in a circle";
		}
	}
	if (from && from->depth + 1 > CONF_DEPTH_MAX) {
		return "files are included in each other more than 10 deep";
	}
	return NULL;
}

/* Cuts the operand out of  "name",  <name>  or  name; NULL when there is none or a quote is missing. */
static char *directive_operand(char *text)
{
	char close = *text == '"' ? '"' : *text == '<' ? '>' : '\0';
	if (close) {
		char *end = strchr(++text, close);
		if (!end) {
			return NULL;
		}
		*end = '\0';
	}
	text = conf_trim(text);
	return *text ? text : NULL;
}

/* Includes every file that the name or pattern stands for; false when there is none. */
static bool include_all(struct conf_reader *reader, const char *name, const struct conf_open_file *from, int line_no)
{
	char *pattern = full_path(reader, name);
	glob_t found;
	if (!pattern) {
		reader->no_memory = true;
		return true;
	}
	int rc = glob(pattern, GLOB_NOMAGIC | GLOB_BRACE, NULL, &found);
	free(pattern);
	if (rc == GLOB_NOSPACE) {
		reader->no_memory = true;
	}
	if (rc != 0) {
		return rc == GLOB_NOSPACE;
	}
	size_t read = 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		read += conf_reader_file(reader, short_name(reader, found.gl_pathv[i]), from, line_no) != -ENOENT;
	}
	globfree(&found);
	return read > 0;
}

static void do_include(struct conf_reader *reader, struct conf_open_file *in, char *operand, int line_no, bool may_miss)
{
	char *name = directive_operand(operand);
	if (!name) {
		diag_add(reader->diag, DIAG_ERROR, in->name, line_no, "expected a file name: #%s \"name\"",
		         may_miss ? "tryinclude" : "include");
		return;
	}
	if (!include_all(reader, name, in, line_no) && !may_miss) {
		report(reader, name, in, line_no, "there is no such file (#tryinclude allows that)");
	}
}

static void directive(struct conf_reader *reader, struct conf_open_file *in, char *line, int line_no)
{
	size_t len = strcspn(line + 1, " \t\"<") + 1;
	char *operand = line + len + strspn(line + len, " \t");
	if (len == 8 && strncasecmp(line, "#include", len) == 0) {
		do_include(reader, in, operand, line_no, false);
	} else if (len == 11 && strncasecmp(line, "#tryinclude", len) == 0) {
		do_include(reader, in, operand, line_no, true);
	} else if (len == 5 && strncasecmp(line, "#exec", len) == 0) {
		diag_add(reader->diag, DIAG_ERROR, in->name, line_no,
		         "#exec is refused: no programs are run from here; write its output to a file and use #include");
	} else {
		diag_add(reader->diag, DIAG_WARNING, in->name, line_no,
		         "unknown directive %.*s is ignored: expected #include or #tryinclude; comments begin with ;", (int)len, line);
	}
}

static void read_lines(struct conf_reader *reader, struct conf_open_file *in, const char *text, size_t len)
{
	struct conf_lexer *lexer = malloc(sizeof(*lexer));
	if (!lexer) {
		reader->no_memory = true;
		return;
	}
	conf_lexer_init(lexer, in->name, text, len, reader->diag);
	for (char *line; !reader->no_memory && (line = conf_lexer_next(lexer));) {
		if (*line == '#') {
			directive(reader, in, line, lexer->line);
		} else {
			conf_reader_line(reader, in, line, lexer->line);
		}
	}
	free(lexer);
}

static int read_open_file(struct conf_reader *reader, int fd, const struct stat *st, struct conf_open_file *in,
                          const struct conf_open_file *from, int line_no)
{
	size_t size = (size_t)st->st_size;
	char *text = malloc(size + 1);
	if (!text) {
		reader->no_memory = true;
		return -ENOMEM;
	}
	ssize_t len = read_all(fd, text, size);
	if (len < 0) {
		report(reader, in->name, from, line_no, strerror((int)-len));
		free(text);
		return -EINVAL;
	}
	reader->total_bytes += (size_t)len;
	reader->total_files++;
	read_lines(reader, in, text, (size_t)len);
	free(text);
	return 0;
}

/* Opens without waiting: a FIFO must not stop us. */
static int open_file(const struct conf_reader *reader, const char *name, struct stat *st)
{
	char *path = full_path(reader, name);
	if (!path) {
		return -ENOMEM;
	}
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int err = errno;
	free(path);
	if (fd < 0) {
		return -err;
	}
	if (fstat(fd, st) < 0) {
		err = errno;
		close(fd);
		return -err;
	}
	return fd;
}

int conf_reader_file(struct conf_reader *reader, const char *name, const struct conf_open_file *from, int line_no)
{
	struct stat st;
	int fd = open_file(reader, name, &st);
	if (fd == -ENOENT || fd == -ENOTDIR) {
		return -ENOENT;
	}
	if (fd < 0) {
		report(reader, name, from, line_no, strerror(-fd));
		return -EINVAL;
	}
	int rc = -EINVAL;
	struct conf_open_file in = {.outer = from, .dev = st.st_dev, .ino = st.st_ino, .depth = from ? from->depth + 1 : 0};
	in.section = reader->last_section;
	in.name = arena_strdup(reader->arena, name);
	const char *why = refusal(reader, &st, from);
	if (why) {
		report(reader, name, from, line_no, why);
	} else if (!in.name) {
		reader->no_memory = true;
	} else {
		rc = read_open_file(reader, fd, &st, &in, from, line_no);
	}
	close(fd);
	return rc;
}
