/* Server: the Unix socket on which the running tandem takes commands (protocol.h). */
#ifndef TANDEM_CONTROL_SERVER_H
#define TANDEM_CONTROL_SERVER_H

#include <sys/types.h>

#include "control/command.h"
#include "net/loop.h"

struct control_server;

/* Listens on `path` (mode 0660, its group set unless that is -1).  A socket that nobody listens on any more is replaced.  0 and
 * *out; otherwise a negative errno, and `why` is a sentence that says what to do: -EADDRINUSE when another tandem listens there.
 * `path` is copied, `env` must outlive the server; env->sw may be set later, before the loop runs. */
int control_server_open(struct control_server **out, struct loop *loop, const char *path, gid_t group, struct control_env *env,
                        struct strbuf *why);
/* Sends what can be sent at once, closes all and removes the socket.  NULL is allowed. */
void control_server_close(struct control_server *server);

#endif
