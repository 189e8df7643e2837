/* Io: the sockets of a switch and the loop that drives its endpoint. */
#ifndef TANDEM_SWITCH_IO_H
#define TANDEM_SWITCH_IO_H

#include "config/iax_conf.h"
#include "net/loop.h"
#include "net/udp.h"

struct switch_core;

struct io_socket {
	struct switch_core *sw;
	struct udp_socket *udp;
	struct loop_watch *watch;
	uint32_t index; /* iax2_path.socket */
};

struct io {
	struct io_socket *sockets;
	size_t count;
	struct loop_timer *timer; /* for the endpoint's deadline */
	bool debug;               /* trace all frames, or those of the peer debug_peer when that is not "" */
	char debug_peer[80];
	iax2_ns refused_logged;  /* when a refused request was last logged */
	unsigned refused_hidden; /* how many were not since */
};

/* Opens a socket for each address of `general`.  0, or a negative errno and an error in diag. */
int io_open(struct switch_core *sw, const struct iax_general *general, struct diag *diag);
void io_close(struct switch_core *sw);
/* Handles all events, sends what is waiting, arms the timer. */
void io_flush(struct switch_core *sw);
/* The way to an address: from the socket bound to `source` (may be NULL), else the first of its family. */
struct iax2_path io_path(const struct switch_core *sw, const struct iax2_addr *remote, const char *source);

#endif
