/* Chan_iax2: IAX2 calls as channels.  iax2_in.c has the way in, iax2_out.c the way out, chan_iax2.c what is common. */
#ifndef TANDEM_SWITCH_CHAN_IAX2_H
#define TANDEM_SWITCH_CHAN_IAX2_H

#include "config/iax_conf.h"
#include "dialplan/channel.h"
#include "iax2/iax2.h"

struct switch_core;
struct incoming;
struct outgoing;

/* An IAX2 call; it lives as long as the library's handle or the channel's interest, whichever ends first. */
struct leg {
	struct leg *next, *prev;
	struct switch_core *sw;
	struct iax2_call *call; /* NULL: not placed yet */
	struct channel *ch;     /* NULL: incoming and not accepted yet */
	char username[80];      /* who the caller says he is, or who we said we are */
	char host[80];          /* peer name, or address and port: a part of the channel's name */
	bool held;              /* by QUELCH with music */
	struct incoming *in;    /* until the call is ready for the dialplan */
	struct outgoing *out;   /* until the call is placed */
};

extern const struct channel_tech chan_iax2_tech;

/* Events of calls. */
void chan_iax2_on_event(struct switch_core *sw, const struct iax2_event *ev);
/* pbx_ops.request for "IAX2". */
int chan_iax2_request(struct switch_core *sw, struct channel **out, const char *data, struct channel *from);

/* --- between the three files --- */

struct leg *leg_new(struct switch_core *sw); /* in the list; NULL: out of memory */
void leg_del(struct leg *leg);               /* parts from channel and call, which live on */
void leg_attach(struct leg *leg, struct channel *ch);
void leg_name_channel(struct leg *leg);                                 /* "IAX2/HOST-CALLNO" */
void leg_host_from_addr(struct leg *leg, const struct iax2_addr *addr); /* the peer that is there, else the address */

void iax2_in_new(struct switch_core *sw, const struct iax2_event *ev);
void iax2_in_authenticated(struct leg *leg);
void iax2_in_ready(struct leg *leg);
void iax2_in_ended(struct leg *leg, const struct iax2_event *ev); /* before the call was accepted; frees the leg */
void iax2_in_free(struct leg *leg);

int iax2_out_call(struct channel *ch); /* channel_tech.call */
void iax2_out_free(struct leg *leg);

#endif
