/* Daemonize: into the background, out of root's rights, and the pid file. */
#ifndef TANDEM_DAEMON_DAEMONIZE_H
#define TANDEM_DAEMON_DAEMONIZE_H

#include <sys/types.h>

#include "config/tandem_conf.h"
#include "util/strbuf.h"

/* Goes into the background; must come before anything with threads or descriptors of a loop.  Only the child returns: 0 and
 * *ready.  The parent waits until the child calls daemonize_ready() and exits with 0, or until it dies and exits with 1; so that
 * what goes wrong at the start is seen where tandem was started.  A negative errno when it can't be done. */
int daemonize_begin(int *ready);
/* All is well: lets the parent go, and standard input, output and error too. */
void daemonize_ready(int ready);

/* Who tandem shall be after the start. */
struct identity {
	uid_t uid; /* (uid_t)-1: no change */
	gid_t gid; /* (gid_t)-1: no change */
	const char *user;
};
/* From user= and group= of tandem.conf; without root's rights they can only be whoever it is already.  0 or a negative errno with
 * a sentence in `why`. */
int identity_find(struct identity *id, const struct tandem_conf *conf, struct strbuf *why);
/* Gives up root's rights for good. */
int identity_take(const struct identity *id, struct strbuf *why);
/* Makes a directory (its last part) and gives it to them; one that is there stays as it is.  0 or a negative errno. */
int identity_make_dir(const struct identity *id, const char *dir);
/* Gives them those of the files (a NULL-terminated list) that are in `dir`.  0 or a negative errno. */
int identity_give_files(const struct identity *id, const char *dir, const char *const *names);

/* Writes the pid file. 0 or a negative errno. */
int pidfile_write(const char *path);

#endif
