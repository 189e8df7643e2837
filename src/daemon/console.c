#include "daemon/console.h"

#include <ctype.h>
#include <histedit.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#include "daemon/client.h"

enum { HISTORY_LINES = 500 };

struct console {
	int fd; /* -1: the connection is lost */
	const char *socket_path;
	EditLine *el;
	History *history;
	char *history_file; /* NULL: none is kept */
};

static char *prompt(EditLine *el)
{
	static char text[] = "tandem*CLI> ";

	(void)el;
	return text;
}

/* Executes one line.  False: the console ends. */
static bool execute(struct console *con, const char *line)
{
	struct strbuf reply = STRBUF_EMPTY;
	enum control_status status;

	if (strcmp(line, "exit") == 0 || strcmp(line, "quit") == 0) {
		return false;
	}
	if (*line && client_request(con->fd, CONTROL_VERB_RUN, line, &status, &reply) < 0) {
		fprintf(stderr, "\nThe tandem on %s has gone.\n", con->socket_path);
		close(con->fd);
		con->fd = -1;
	}
	fwrite(strbuf_text(&reply), 1, reply.len, stdout);
	fflush(stdout);
	strbuf_fini(&reply);
	return con->fd >= 0;
}

/* --- completion --- */

/* The beginning of the next line; the last one need not end in a newline. */
static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line ? line + 1 : line;
}

/* How many bytes all lines of `words` have in common at their beginning; *count is how many lines there are. */
static size_t common_prefix(const char *words, size_t *count)
{
	size_t common = strcspn(words, "\n");

	*count = 0;
	for (const char *p = words; *p; p = next_line(p)) {
		size_t same = 0;
		while (same < common && p[same] == words[same]) {
			same++;
		}
		common = same;
		++*count;
	}
	return common;
}

static void list_words(const char *words)
{
	putchar('\n');
	for (const char *p = words; *p; p = next_line(p)) {
		fwrite(p, 1, strcspn(p, "\n"), stdout);
		fputs("  ", stdout);
	}
	putchar('\n');
}

static unsigned char complete(EditLine *el, wint_t key)
{
	struct console *con = NULL;
	const LineInfo *info = el_line(el);
	struct strbuf line = STRBUF_EMPTY, words = STRBUF_EMPTY;
	enum control_status status;
	unsigned char result = CC_ERROR;
	size_t count = 0;

	(void)key;
	el_get(el, EL_CLIENTDATA, &con);
	strbuf_add_bytes(&line, info->buffer, (size_t)(info->cursor - info->buffer));
	const char *last = strrchr(strbuf_text(&line), ' ');
	size_t typed = strlen(last ? last + 1 : strbuf_text(&line));
	if (client_request(con->fd, CONTROL_VERB_COMPLETE, strbuf_text(&line), &status, &words) == 0 && words.len > 0) {
		size_t common = common_prefix(words.text, &count);
		char *rest = strndup(words.text + typed, common > typed ? common - typed : 0);
		if (rest && (*rest || count == 1)) {
			result = el_insertstr(el, rest) == 0 && (count > 1 || el_insertstr(el, " ") == 0) ? CC_REFRESH : CC_ERROR;
		} else {
			list_words(words.text);
			result = CC_REDISPLAY;
		}
		free(rest);
	}
	strbuf_fini(&line);
	strbuf_fini(&words);
	return result;
}

/* --- by hand --- */

static void history_begin(struct console *con)
{
	const char *home = getenv("HOME");
	HistEvent ev;

	con->history = history_init();
	if (!con->history) {
		return;
	}
	history(con->history, &ev, H_SETSIZE, HISTORY_LINES);
	history(con->history, &ev, H_SETUNIQUE, 1);
	el_set(con->el, EL_HIST, history, con->history);
	if (home && asprintf(&con->history_file, "%s/.tandem_history", home) < 0) {
		con->history_file = NULL;
	}
	if (con->history_file) {
		history(con->history, &ev, H_LOAD, con->history_file);
	}
}

static void history_finish(struct console *con)
{
	HistEvent ev;

	if (con->history) {
		if (con->history_file) {
			umask(0077); /* commands may hold secrets */
			history(con->history, &ev, H_SAVE, con->history_file);
		}
		history_end(con->history);
	}
	free(con->history_file);
}

static char *trim(char *line)
{
	size_t len = strlen(line);

	while (len > 0 && isspace((unsigned char)line[len - 1])) {
		line[--len] = '\0';
	}
	return line + strspn(line, " \t");
}

static int run_terminal(struct console *con)
{
	const char *typed;
	int len;
	HistEvent ev;
	bool go_on = true;

	con->el = el_init("tandem", stdin, stdout, stderr);
	if (!con->el) {
		fputs("tandem: this terminal can't be used\n", stderr);
		return EXIT_FAILURE;
	}
	el_set(con->el, EL_CLIENTDATA, con);
	el_set(con->el, EL_PROMPT, prompt);
	el_set(con->el, EL_EDITOR, "emacs");
	el_set(con->el, EL_SIGNAL, 1);
	/* The wide form, because the other one keeps copies of the texts that nobody frees. */
	el_wset(con->el, EL_ADDFN, L"tandem-complete", L"asks the switch for words", complete);
	el_set(con->el, EL_BIND, "^I", "tandem-complete", NULL);
	history_begin(con);
	while (go_on && (typed = el_gets(con->el, &len)) && len > 0) {
		char *copy = strdup(typed);
		char *line = copy ? trim(copy) : NULL;
		if (line && *line && con->history) {
			history(con->history, &ev, H_ENTER, line);
		}
		go_on = line && execute(con, line);
		free(copy);
	}
	history_finish(con);
	el_end(con->el);
	return con->fd >= 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* --- from a file or a pipe --- */

static int run_plain(struct console *con)
{
	char *line = NULL;
	size_t cap = 0;
	bool go_on = true;

	while (go_on && getline(&line, &cap, stdin) > 0) {
		go_on = execute(con, trim(line));
	}
	free(line);
	return con->fd >= 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int console_run(const char *socket_path)
{
	struct console con = {.socket_path = socket_path};

	con.fd = client_connect(socket_path);
	if (con.fd < 0) {
		return EXIT_FAILURE;
	}
	int result = isatty(STDIN_FILENO) ? run_terminal(&con) : run_plain(&con);
	if (con.fd >= 0) {
		close(con.fd);
	}
	return result;
}
