/* What is done with each message in each state: the table of the protocol (lib/messages.def), in one place. */
#ifndef IAX2_LIB_MESSAGES_H
#define IAX2_LIB_MESSAGES_H

#include "leg.h"

typedef void (*iax2_message_fn)(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies);

struct iax2_message {
	const char *name;
	bool known;          /* an IAX command we know; all others are answered by UNSUPPORT */
	bool numbered;       /* takes a sequence number, is acknowledged and delivered in order */
	bool opens;          /* with destination 0 it may begin a leg */
	uint32_t states;     /* where it has an effect; elsewhere it is acknowledged and ignored */
	iax2_message_fn receive; /* NULL: no effect beyond the acknowledgement */
};

/* The row of an IAX command or of another frame type; never NULL. */
const struct iax2_message *iax2_message_of(uint8_t type, int64_t subclass);

/* The handlers, each in the file of its exchange. */
#define IAX2_HANDLER(name) void iax2_receive_##name(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
IAX2_HANDLER(ping);
IAX2_HANDLER(pong);
IAX2_HANDLER(lagrq);
IAX2_HANDLER(lagrp);
IAX2_HANDLER(hangup);
IAX2_HANDLER(reject);
IAX2_HANDLER(inval);
IAX2_HANDLER(accept);
IAX2_HANDLER(authreq);
IAX2_HANDLER(authrep);
IAX2_HANDLER(regreq);
IAX2_HANDLER(regauth);
IAX2_HANDLER(regack);
IAX2_HANDLER(regrej);
IAX2_HANDLER(vnak);
IAX2_HANDLER(txreq);
IAX2_HANDLER(quelch);
IAX2_HANDLER(unquelch);
IAX2_HANDLER(poke);
IAX2_HANDLER(unsupported);
IAX2_HANDLER(voice);
IAX2_HANDLER(video);
IAX2_HANDLER(control);
IAX2_HANDLER(dtmf_begin);
IAX2_HANDLER(dtmf_end);
IAX2_HANDLER(text);
IAX2_HANDLER(html);
IAX2_HANDLER(image);
IAX2_HANDLER(cng);
#undef IAX2_HANDLER

/* Stateless and opening messages. */
void iax2_open(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame);
void iax2_poke_answer(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame);
void iax2_calltoken_received(struct iax2_leg *leg, const struct iax2_ies *ies);
/* Makes the leg of a NEW, REGREQ or REGREL that passed the token check. */
int iax2_new_received(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame, const struct iax2_ies *ies,
                      bool validated);
int iax2_regreq_received(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame,
                         const struct iax2_ies *ies, bool validated);
/* An answer from call 1 that echoes the request. */
void iax2_answer_stateless(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *request,
                           enum iax2_command command, const struct iax2_ie_writer *ies);

#endif
