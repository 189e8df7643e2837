#include "daemon/program.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control/server.h"
#include "daemon/daemonize.h"
#include "switch/switch.h"

static const int signals[] = {SIGHUP, SIGTERM, SIGINT};
enum { SIGNAL_COUNT = sizeof(signals) / sizeof(signals[0]) };

struct program {
	const struct args *args;
	const struct tandem_conf *conf;
	const char *config_dir, *socket_path;
	struct identity identity;
	int ready; /* -1 in the foreground */
	struct loop *loop;
	struct loop_signal *signals[SIGNAL_COUNT];
	struct control_env env;
	struct control_server *server;
	char *pid_path; /* NULL: not written */
};

/* --- what goes wrong at the start is one line on standard error, wherever the log goes --- */

static void print_entry(const struct diag_entry *e)
{
	static const char *const words[] = {[DIAG_NOTICE] = "note: ", [DIAG_WARNING] = "warning: ", [DIAG_ERROR] = ""};

	if (e->file && e->line > 0) {
		fprintf(stderr, "tandem: %s:%d: %s%s\n", e->file, e->line, words[e->severity], e->text);
	} else if (e->file) {
		fprintf(stderr, "tandem: %s: %s%s\n", e->file, words[e->severity], e->text);
	} else {
		fprintf(stderr, "tandem: %s%s\n", words[e->severity], e->text);
	}
}

static void print_errors(const struct diag *diag)
{
	for (size_t i = 0; i < diag->count; i++) {
		if (diag->entries[i].severity == DIAG_ERROR) {
			print_entry(&diag->entries[i]);
		}
	}
}

static enum log_level wanted_level(const struct args *args, const struct tandem_conf *conf)
{
	enum log_level level = conf->loglevel;

	if (args->verbosity >= 1 && level < LOG_LEVEL_VERBOSE) {
		level = LOG_LEVEL_VERBOSE;
	}
	return args->verbosity >= 2 ? LOG_LEVEL_DEBUG : level;
}

/* --- while it runs --- */

static void stopped(void *arg)
{
	struct program *prog = arg;

	loop_stop(prog->loop);
}

static void stop(bool gracefully, void *arg)
{
	struct program *prog = arg;

	if (prog->env.stopping && gracefully) {
		return;
	}
	log_notice("stopping %s", gracefully ? "when the last call is over" : "now");
	prog->env.stopping = true;
	switch_stop(prog->env.sw, gracefully, stopped, prog);
}

/* Log file and switch; of tandem.conf only the level, the rest needs a new start. */
static int reload(struct diag *diag, void *arg)
{
	struct program *prog = arg;
	struct tandem_conf *conf = NULL;
	int result = log_reopen();

	if (result < 0) {
		diag_add(diag, DIAG_WARNING, "tandem.conf", 0, "the log file can't be opened again: %s", strerror(-result));
	}
	result = tandem_conf_load(&conf, prog->config_dir, diag);
	if (result == 0) {
		result = switch_reload(prog->env.sw, diag);
	}
	if (result == 0) {
		log_set_level(wanted_level(prog->args, conf));
		prog->env.reloaded = loop_now(prog->loop);
	}
	tandem_conf_del(conf);
	diag_log(diag);
	if (result == 0) {
		log_notice("the configuration was read anew");
	} else {
		log_error("the configuration was not read anew; the one in force stays");
	}
	return result;
}

static iax2_ns now(void *arg)
{
	struct program *prog = arg;

	return loop_now(prog->loop);
}

static void on_signal(int signo, void *arg)
{
	struct program *prog = arg;

	if (signo == SIGHUP) {
		struct diag diag;
		diag_init(&diag);
		reload(&diag, prog);
		diag_fini(&diag);
	} else if (prog->env.stopping) {
		loop_stop(prog->loop); /* asked twice: without ceremony */
	} else {
		stop(false, prog);
	}
}

/* --- the start --- */

static bool start_signals(struct program *prog)
{
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < SIGNAL_COUNT; i++) {
		prog->signals[i] = loop_signal_new(prog->loop, signals[i], on_signal, prog);
		if (!prog->signals[i]) {
			return false;
		}
	}
	return true;
}

/* The directory of a file, to be freed. */
static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strndup(path, slash && slash > path ? (size_t)(slash - path) : 1);
}

static bool start_control(struct program *prog)
{
	struct strbuf why = STRBUF_EMPTY;
	char *dir = directory_of(prog->socket_path);
	int result = dir ? identity_make_dir(&prog->identity, dir) : -ENOMEM;

	if (result < 0) {
		fprintf(stderr,
				"tandem: the directory %s for the control socket can't be made: %s; make it, or choose another socket with -S\n",
				dir ? dir : "", strerror(-result));
	} else {
		result = control_server_open(&prog->server, prog->loop, prog->socket_path, prog->identity.gid, &prog->env, &why);
		if (result < 0) {
			fprintf(stderr, "tandem: %s\n", strbuf_text(&why));
		}
	}
	free(dir);
	strbuf_fini(&why);
	return result == 0;
}

static bool start_switch(struct program *prog, const char *state_dir)
{
	static const char *const state_files[] = {"tandem.db", "tandem.db-wal", "tandem.db-shm", NULL};
	static const char *key_dirs[2];
	static struct switch_options options;
	struct diag diag;

	key_dirs[0] = prog->conf->keydir;
	options = (struct switch_options){
		.config_dir = prog->config_dir, .state_dir = state_dir, .sound_dirs = prog->conf->sounds, .key_dirs = key_dirs};
	int result = identity_make_dir(&prog->identity, state_dir);
	if (result < 0) {
		log_warning("the state directory %s can't be made: %s", state_dir, strerror(-result));
	}
	diag_init(&diag);
	result = switch_new(&prog->env.sw, prog->loop, &options, &diag);
	if (result < 0) {
		print_errors(&diag);
		if (diag.errors == 0) {
			fprintf(stderr, "tandem: the switch can't be started: %s\n", strerror(-result));
		}
	} else {
		diag_log(&diag);
		prog->env.started = loop_now(prog->loop);
		result = identity_give_files(&prog->identity, state_dir, state_files);
		if (result < 0) {
			log_warning("the files in %s can't be given to user %s: %s", state_dir, prog->conf->user ? prog->conf->user : "",
			            strerror(-result));
			result = 0;
		}
	}
	diag_fini(&diag);
	return result == 0;
}

/* Writes the pid beside the socket: tandem.ctl, tandem.pid. */
static void write_pid(struct program *prog)
{
	size_t len = strlen(prog->socket_path);

	if (len > 4 && strcmp(prog->socket_path + len - 4, ".ctl") == 0) {
		len -= 4;
	}
	if (asprintf(&prog->pid_path, "%.*s.pid", (int)len, prog->socket_path) < 0) {
		prog->pid_path = NULL;
		return;
	}
	int result = pidfile_write(prog->pid_path);
	if (result < 0) {
		log_warning("%s can't be written: %s", prog->pid_path, strerror(-result));
		free(prog->pid_path);
		prog->pid_path = NULL;
	}
}

/* Before the switch, so that what it has to say is in the log. */
static bool start_log(struct program *prog)
{
	const char *file = prog->conf->logfile;
	const struct identity *id = &prog->identity;
	int result = log_open(file, wanted_level(prog->args, prog->conf));

	if (result < 0) {
		fprintf(stderr, "tandem: tandem.conf: logfile = %s: %s; make its directory, or give it to the user that tandem runs as\n",
		        file, strerror(-result));
		return false;
	}
	if (file && (id->uid != (uid_t)-1 || id->gid != (gid_t)-1) && chown(file, id->uid, id->gid) < 0) {
		log_warning("the log file can't be given to user %s: %s", id->user ? id->user : "", strerror(errno));
	}
	if (!file && !prog->args->foreground) {
		fputs("tandem: warning: in the background and without logfile= in tandem.conf, nothing is logged\n", stderr);
		log_set_level(LOG_LEVEL_WARNING); /* what stays of the log is what is said at the start */
	}
	return true;
}

static bool become_who_we_shall_be(struct program *prog)
{
	struct strbuf why = STRBUF_EMPTY;
	int result = identity_take(&prog->identity, &why);

	if (result < 0) {
		fprintf(stderr, "tandem: %s\n", strbuf_text(&why));
	}
	strbuf_fini(&why);
	return result == 0;
}

static bool find_identity(struct program *prog)
{
	struct strbuf why = STRBUF_EMPTY;
	int result = identity_find(&prog->identity, prog->conf, &why);

	if (result < 0) {
		fprintf(stderr, "tandem: %s\n", strbuf_text(&why));
	}
	strbuf_fini(&why);
	return result == 0;
}

static bool start(struct program *prog)
{
	const char *state_dir = prog->args->state_dir ? prog->args->state_dir : prog->conf->statedir;

	if (!find_identity(prog)) {
		return false;
	}
	if (!prog->args->foreground) {
		int result = daemonize_begin(&prog->ready);
		if (result < 0) {
			fprintf(stderr, "tandem: can't go into the background: %s\n", strerror(-result));
			return false;
		}
	}
	prog->loop = loop_new();
	if (!prog->loop || !start_signals(prog)) {
		fputs("tandem: out of memory or file descriptors\n", stderr);
		return false;
	}
	if (!start_log(prog) || !start_control(prog) || !start_switch(prog, state_dir)) {
		return false;
	}
	write_pid(prog);
	if (!become_who_we_shall_be(prog)) {
		return false;
	}
	if (prog->ready >= 0) {
		daemonize_ready(prog->ready);
	}
	log_notice("tandem %s is running, process %ld, console on %s", TANDEM_VERSION, (long)getpid(), prog->socket_path);
	return true;
}

static void finish(struct program *prog)
{
	control_server_close(prog->server);
	switch_del(prog->env.sw);
	for (size_t i = 0; i < SIGNAL_COUNT; i++) {
		loop_signal_del(prog->signals[i]);
	}
	loop_del(prog->loop);
	if (prog->pid_path) {
		unlink(prog->pid_path);
		free(prog->pid_path);
	}
}

int program_run(const struct args *args, const struct tandem_conf *conf, const char *config_dir, const char *socket_path)
{
	struct program prog = {.args = args, .conf = conf, .config_dir = config_dir, .socket_path = socket_path, .ready = -1};
	bool started;

	prog.env = (struct control_env){.stop = stop, .reload = reload, .now = now, .arg = &prog};
	started = start(&prog);
	if (started) {
		loop_run(prog.loop);
		log_notice("tandem has stopped");
	}
	finish(&prog);
	log_close();
	return started ? EXIT_SUCCESS : EXIT_FAILURE;
}
