/* Client: the other end of the control socket (control/protocol.h), and `tandem -rx`. */
#ifndef TANDEM_DAEMON_CLIENT_H
#define TANDEM_DAEMON_CLIENT_H

#include "control/protocol.h"
#include "util/strbuf.h"

/* Connects.  A descriptor, or a negative errno after a message that says what to do has gone to standard error. */
int client_connect(const char *socket_path);
/* Sends one request and waits for the reply, which replaces what is in `reply`.  0, or a negative errno: the connection is no
 * good any more. */
int client_request(int fd, const char *verb, const char *text, enum control_status *status, struct strbuf *reply);
/* `tandem -rx COMMAND`: prints the answer.  The exit status of the program: 0, or 1 when the command is unknown, has failed, or
 * no tandem runs. */
int client_run(const char *socket_path, const char *command);

#endif
