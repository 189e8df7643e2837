/* Registrar: answers those who want to register with us (protocol reference 13.3).
 *
 * Whatever the reason, the other side sees the same refusal; the log has the reason. */
#ifndef TANDEM_SWITCH_REGISTRAR_H
#define TANDEM_SWITCH_REGISTRAR_H

#include "iax2/event.h"

struct switch_core;

/* IAX2_EV_REGREQ, IAX2_EV_REGREQ_AUTHENTICATED and IAX2_EV_REGREQ_FAILED. */
void registrar_on_event(struct switch_core *sw, const struct iax2_event *ev);
void registrar_fini(struct switch_core *sw);
/* The lifetime granted for one that is asked for (0: none was); REQ-162. */
unsigned registrar_clamp(unsigned asked_s, unsigned min_s, unsigned max_s);

#endif
