/* Command: what can be typed at the console.  One file per command or family (cmd_*.c), each with one exported struct per
 * command; command.c has the table, finds the command that a line means and runs it. */
#ifndef TANDEM_CONTROL_COMMAND_H
#define TANDEM_CONTROL_COMMAND_H

#include "config/diag.h"
#include "control/protocol.h"
#include "switch/switch.h"
#include "util/json.h"
#include "util/strbuf.h"

#define COMMAND_WORDS_MAX 64

/* What commands need of the program around the switch. */
struct control_env {
	struct switch_core *sw;
	void (*stop)(bool gracefully, void *arg);    /* begins the end of the program */
	int (*reload)(struct diag *diag, void *arg); /* as switch_reload(), with all that goes with it */
	iax2_ns (*now)(void *arg);
	iax2_ns started, reloaded; /* monotonic; reloaded 0: never */
	bool stopping;             /* no new calls are taken */
	void *arg;
};

/* One execution of a command.  A handler writes either text to `out` or, when `json` is set, one JSON value to it. */
struct command_call {
	struct control_env *env;
	struct strbuf *out;
	struct json *json;       /* NULL: text is wanted */
	const char *const *argv; /* the words behind those of the command */
	size_t argc;
};

enum command_result {
	COMMAND_DONE,
	COMMAND_FAILED, /* command_fail() has said why */
	COMMAND_USAGE,  /* the arguments are wrong: the usage is shown */
};

/* Words that may stand as argument number `pos` (0: the first); each is given to command_offer(), which picks those that fit. */
struct command_offer;

struct command {
	const char *words;   /* "iax2 show peers" */
	const char *help;    /* as it stands in the list of `core show help` when that is more than the words, else NULL */
	const char *summary; /* "List defined IAX peers" */
	const char *usage;   /* "iax2 show peers [registered] [like REGEX]\n" and what it does, lines of text */
	enum command_result (*run)(struct command_call *call);
	void (*complete)(struct command_offer *offer, const struct control_env *env, const char *const *argv,
	                 size_t pos); /* or NULL */
};

/* Sets the reason why a command failed (in place of what stands in the output) and returns COMMAND_FAILED. */
enum command_result command_fail(struct command_call *call, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The answer of a command that has only done something: the line of text, or {"ok":true,"message":...} */
enum command_result command_say(struct command_call *call, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void command_offer(struct command_offer *offer, const char *word);
/* The words of one console line from argv[from] on with single spaces between; `out` is cleared first. */
void command_join(struct strbuf *out, const struct command_call *call, size_t from);
/* `[like REGEX]` of several commands. */
struct command_like;
struct command_like *command_like_new(const char *regex); /* NULL: not a regular expression, or out of memory */
bool command_like_matches(const struct command_like *like, const char *text); /* `like` NULL: all match */
void command_like_del(struct command_like *like);

/* Executes a line; `--json` may be its last word.  The output, whatever it is, is added to `out`. */
enum control_status command_execute(struct control_env *env, const char *line, struct strbuf *out);
/* The words that may stand where the last word of `line` stands, one per line. */
void command_complete(struct control_env *env, const char *line, struct strbuf *out);

extern const struct command *const command_table[]; /* NULL at the end; in order of `words` */

#endif
