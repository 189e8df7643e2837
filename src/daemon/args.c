#include "daemon/args.h"

#include <getopt.h>
#include <stdio.h>

#define DEFAULT_CONFIG_DIR "/etc/tandem"

void args_print_help(void)
{
	fputs(
		"tandem is a telephone switch that speaks IAX2 and reads Asterisk's iax.conf and extensions.conf.\n"
		"\n"
		"  tandem [-f] [-C DIR] [-S SOCKET] [-d STATEDIR] [-v ...]   runs it\n"
		"  tandem [-C DIR] [-S SOCKET] -rx \"COMMAND\"                 asks the running one; add --json to the command for JSON\n"
		"  tandem [-C DIR] [-S SOCKET] -r                            its console\n"
		"\n"
		"  -f            stay in the foreground\n"
		"  -C DIR        where iax.conf, extensions.conf and tandem.conf are (" DEFAULT_CONFIG_DIR ")\n"
		"  -S SOCKET     the control socket, or a directory for tandem.ctl (/run/tandem/tandem.ctl)\n"
		"  -d STATEDIR   where what must survive a restart is kept (/var/lib/tandem)\n"
		"  -v            say more; twice: say all\n"
		"  -V, --version\n"
		"  -h, --help\n"
		"\n"
		"'tandem -rx \"core show help\"' lists the commands.\n",
		stdout);
}

/* What the options together mean. */
static void settle(struct args *args, int argc, char **argv, bool console)
{
	if (args->mode == ARGS_HELP || args->mode == ARGS_VERSION || args->mode == ARGS_WRONG) {
		return;
	}
	if (optind < argc) {
		fprintf(stderr, "tandem: '%s' is not expected; a command of several words goes in quotes: -rx \"iax2 show peers\"\n",
				argv[optind]);
		args->mode = ARGS_WRONG;
	} else if (args->command) {
		args->mode = ARGS_COMMAND;
	} else if (console) {
		args->mode = ARGS_CONSOLE;
	}
}

void args_parse(struct args *args, int argc, char **argv)
{
	static const struct option longs[] = {
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	bool console = false;
	int c;

	*args = (struct args){.mode = ARGS_RUN, .config_dir = DEFAULT_CONFIG_DIR};
	while (args->mode != ARGS_WRONG && (c = getopt_long(argc, argv, "fC:S:d:vVhrx:", longs, NULL)) != -1) {
		switch (c) {
		case 'f':
			args->foreground = true;
			break;
		case 'C':
			args->config_dir = optarg;
			args->config_given = true;
			break;
		case 'S':
			args->socket = optarg;
			break;
		case 'd':
			args->state_dir = optarg;
			break;
		case 'v':
			args->verbosity++;
			break;
		case 'r':
			console = true;
			break;
		case 'x':
			args->command = optarg;
			break;
		case 'V':
			args->mode = ARGS_VERSION;
			break;
		case 'h':
			args->mode = ARGS_HELP;
			break;
		default:
			fputs("Try 'tandem --help'.\n", stderr);
			args->mode = ARGS_WRONG;
			break;
		}
	}
	settle(args, argc, argv, console);
}
