/* Args: what tandem is called with. */
#ifndef TANDEM_DAEMON_ARGS_H
#define TANDEM_DAEMON_ARGS_H

#include <stdbool.h>

enum args_mode { ARGS_RUN, ARGS_COMMAND, ARGS_CONSOLE, ARGS_HELP, ARGS_VERSION, ARGS_WRONG };

struct args {
	enum args_mode mode;
	bool foreground;        /* -f */
	const char *config_dir; /* -C */
	bool config_given;
	const char *socket;    /* -S, NULL: from tandem.conf */
	const char *state_dir; /* -d, NULL: from tandem.conf */
	unsigned verbosity;    /* number of -v */
	const char *command;   /* -x */
};

/* Strings point into argv.  With ARGS_WRONG a message has gone to standard error. */
void args_parse(struct args *args, int argc, char **argv);
void args_print_help(void);

#endif
