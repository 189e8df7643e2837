#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/tandem_conf.h"
#include "daemon/args.h"
#include "daemon/client.h"
#include "daemon/console.h"
#include "daemon/program.h"
#include "iax2/iax2.h"
#include "util/stdfds.h"

/* The path from the root, to be freed; NULL when out of memory.  The file need not be there. */
static char *absolute(const char *path)
{
	char cwd[PATH_MAX], *out = NULL;

	if (path[0] == '/' || !getcwd(cwd, sizeof(cwd))) {
		return strdup(path);
	}
	return asprintf(&out, "%s/%s", cwd, path) < 0 ? NULL : out;
}

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The control socket that is meant, to be freed. */
static char *socket_path(const struct args *args, const struct tandem_conf *conf)
{
	const char *given = args->socket ? args->socket : conf->rundir;
	char *path = absolute(given), *out = NULL;

	if (path && args->socket && !is_directory(path)) {
		return path;
	}
	if (path && asprintf(&out, "%s/tandem.ctl", path) < 0) {
		out = NULL;
	}
	free(path);
	return out;
}

/* Reads tandem.conf; NULL after a message. */
static struct tandem_conf *load_settings(const char *config_dir)
{
	struct tandem_conf *conf = NULL;
	struct diag diag;

	diag_init(&diag);
	int result = tandem_conf_load(&conf, config_dir, &diag);
	for (size_t i = 0; i < diag.count; i++) {
		const struct diag_entry *e = &diag.entries[i];
		fprintf(stderr, "tandem: %s:%d: %s%s\n", e->file ? e->file : "tandem.conf", e->line,
				e->severity == DIAG_ERROR ? "" : "warning: ", e->text);
	}
	if (result < 0 && diag.errors == 0) {
		fprintf(stderr, "tandem: tandem.conf: %s\n", strerror(-result));
	}
	diag_fini(&diag);
	return result < 0 ? NULL : conf;
}

static int dispatch(const struct args *args, const struct tandem_conf *conf, const char *config_dir)
{
	char *path = socket_path(args, conf);
	int status = EXIT_FAILURE;

	if (!path) {
		fputs("tandem: out of memory\n", stderr);
	} else if (args->mode == ARGS_COMMAND) {
		status = client_run(path, args->command);
	} else if (args->mode == ARGS_CONSOLE) {
		status = console_run(path);
	} else {
		status = program_run(args, conf, config_dir, path);
	}
	free(path);
	return status;
}

static int with_settings(struct args *args)
{
	/* The client does without settings when it is told the socket. */
	if (args->mode != ARGS_RUN && args->socket) {
		static const struct tandem_conf none;
		return dispatch(args, &none, args->config_dir);
	}
	if (args->mode == ARGS_RUN && !is_directory(args->config_dir)) {
		fprintf(stderr,
				"tandem: the configuration directory %s is not there: make it, or name another with -C, for example -C "
				"/etc/asterisk\n",
				args->config_dir);
		return EXIT_FAILURE;
	}
	char *config_dir = absolute(args->config_dir), *state_dir = args->state_dir ? absolute(args->state_dir) : NULL;
	struct tandem_conf *conf = config_dir ? load_settings(config_dir) : NULL;
	int status = EXIT_FAILURE;
	if (conf) {
		args->state_dir = state_dir;
		status = dispatch(args, conf, config_dir);
	}
	tandem_conf_del(conf);
	free(config_dir);
	free(state_dir);
	return status;
}

int main(int argc, char **argv)
{
	struct args args;

	stdfds_open();
	args_parse(&args, argc, argv);
	switch (args.mode) {
	case ARGS_WRONG:
		return 2;
	case ARGS_HELP:
		args_print_help();
		return EXIT_SUCCESS;
	case ARGS_VERSION:
		printf("tandem %s (libiax2 %s)\n", TANDEM_VERSION, iax2_version());
		return EXIT_SUCCESS;
	default:
		return with_settings(&args);
	}
}
