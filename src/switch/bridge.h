/* Bridge: two channels joined, and the way of everything that arrives on a channel: over the bridge, or to the listener. */
#ifndef TANDEM_SWITCH_BRIDGE_H
#define TANDEM_SWITCH_BRIDGE_H

#include "dialplan/channel.h"

/* For technologies: something came from the far end of a channel (not HANGUP).  Keeps the channel's state up to date. */
void bridge_deliver(struct channel *ch, const struct channel_event *ev);
/* For technologies: the far end has gone and the technology has let go.  Ends the bridge and tells both sides. */
void bridge_gone(struct channel *ch, int cause);

/* pbx_ops.bridge and unbridge. */
int bridge_join(struct pbx *pbx, struct channel *a, struct channel *b);
void bridge_part(struct pbx *pbx, struct channel *ch);

#endif
