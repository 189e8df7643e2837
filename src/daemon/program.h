/* Program: the running tandem, from its start to its end. */
#ifndef TANDEM_DAEMON_PROGRAM_H
#define TANDEM_DAEMON_PROGRAM_H

#include "config/tandem_conf.h"
#include "daemon/args.h"

/* Runs until it is told to stop.  `config_dir` and `socket_path` are absolute.  The exit status. */
int program_run(const struct args *args, const struct tandem_conf *conf, const char *config_dir, const char *socket_path);

#endif
