/* Frames that wait for their acknowledgement, or for room in the window (protocol reference 4.5, 4.6). */
#ifndef IAX2_LIB_RTX_H
#define IAX2_LIB_RTX_H

#include "iax2/types.h"

#include "timer.h"

struct iax2_frame;
struct iax2_leg;

#define IAX2_RTX_WINDOW 64 /* REQ-068 */

struct iax2_rtx {
	struct iax2_rtx *next;
	iax2_ns first_sent, due;
	uint32_t interval_ms;
	uint32_t transmissions;
	uint8_t oseqno;
	uint8_t sent_iseqno;   /* at the first transmission */
	bool final;
	size_t len;
	uint8_t data[];        /* the whole frame */
};

struct iax2_rtx_queue {
	struct iax2_rtx *first, *last;
	struct iax2_rtx *unsent;   /* the first that was never sent; NULL: all were */
	struct iax2_timer timer;
};

void iax2_rtx_init(struct iax2_leg *leg);
/* Drops everything and stops the timer. */
void iax2_rtx_fini(struct iax2_leg *leg);
/* Appends a frame of len bytes; NULL without memory.  iax2_rtx_pump() sends it when the time has come. */
struct iax2_rtx *iax2_rtx_add(struct iax2_leg *leg, size_t len);
void iax2_rtx_pump(struct iax2_leg *leg);
/* Starts the dialogue over with another payload in its opening frame: sequence numbers 0, a new time stamp.  0 or IAX2_ERR_NOMEM. */
int iax2_rtx_reopen(struct iax2_leg *leg, const uint8_t *payload, size_t len, uint32_t ts);
/* Takes the acknowledgement out of a received frame; true when that ended the leg. */
bool iax2_rtx_acked(struct iax2_leg *leg, const struct iax2_frame *frame);
/* Sends again everything from that number on (VNAK). */
void iax2_rtx_again(struct iax2_leg *leg, uint8_t from);
/* Frames sent and not acknowledged. */
unsigned iax2_rtx_flying(const struct iax2_leg *leg);

#endif
