/* Trunk frames (protocol reference 3.5, 3.6): the voice of many calls to one address in few datagrams.
 *
 * Sending: entries are put into one buffer in the form they have on the wire.  The buffer is a row of datagrams, each beginning with a trunk
 * header; until it is sent, the header's time stamp holds the length of that datagram. */
#ifndef IAX2_LIB_TRUNK_H
#define IAX2_LIB_TRUNK_H

#include "iax2/endpoint.h"

#include "timer.h"

struct iax2_assoc;
struct iax2_call;
struct iax2_frame;

struct iax2_trunk_tx {
	struct iax2_trunk_params params;
	struct iax2_timer timer;
	uint8_t *buf;
	size_t len, cap;
	size_t segment;          /* where the last datagram in buf begins */
	iax2_ns zero;            /* when the trunk's time stamp was 0 */
	uint32_t last;           /* time stamp sent last */
	uint32_t regular;        /* and by the timer */
	iax2_ns last_sent;
	bool used;               /* something was sent */
	iax2_ns full_told;       /* when the owner was last told that the queue is full */
	bool full_was_told;
};

struct iax2_trunk_rx {
	iax2_ns zero;            /* local time of the other side's time stamp 0 */
	uint32_t last;           /* time stamp of the one before */
	bool seen;
};

void iax2_trunk_init(struct iax2_assoc *assoc, const struct iax2_trunk_params *params);
void iax2_trunk_fini(struct iax2_assoc *assoc);
/* Queues one voice frame.  0, IAX2_ERR_LIMIT when the queue is full, IAX2_ERR_NOMEM. */
int iax2_trunk_send(struct iax2_assoc *assoc, uint16_t callno, uint16_t ts, const void *data, size_t len);
void iax2_trunk_receive(struct iax2_assoc *assoc, const struct iax2_frame *frame);
/* NULL: the defaults; else out-of-range values are brought into range. */
struct iax2_trunk_params iax2_trunk_params_of(const struct iax2_trunk_params *params);

#endif
