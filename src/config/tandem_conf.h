/* Tandem_conf: our own settings, DIR/tandem.conf.  All of them are optional, and so is the file. */
#ifndef TANDEM_CONFIG_TANDEM_CONF_H
#define TANDEM_CONFIG_TANDEM_CONF_H

#include "config/diag.h"
#include "util/log.h"

struct tandem_conf {
	const char *keydir;
	const char *sounds[3];   /* directories to look in, one after the other; NULL-terminated */
	const char *statedir;
	const char *rundir;
	const char *logfile;     /* NULL: standard error */
	enum log_level loglevel;
	const char *user, *group; /* NULL: not given */
	void *arena_;
};

/* Reads DIR/tandem.conf; a missing one gives the defaults.  Relative directories are taken from DIR.  0 and *out; -EINVAL
 * (diag has the errors), -ENOMEM.  Unknown settings are reported as warnings. */
int tandem_conf_load(struct tandem_conf **out, const char *dir, struct diag *diag);
void tandem_conf_del(struct tandem_conf *conf);

#endif
