/* POKE: answering without a state, and polling others (protocol reference 17.4). */
#ifndef IAX2_LIB_POKE_H
#define IAX2_LIB_POKE_H

#include "leg.h"

/* The answer to the POKE of a poll. */
void iax2_poke_pong(struct iax2_leg *leg, const struct iax2_frame *frame);

#endif
