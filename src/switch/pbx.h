/* Pbx: the switch as the dialplan sees it (dialplan/pbx.h), and the list of all channels. */
#ifndef TANDEM_SWITCH_PBX_H
#define TANDEM_SWITCH_PBX_H

#include "dialplan/pbx.h"

struct switch_core;

extern const struct pbx_ops switch_pbx_ops;

/* A new channel in the list, without a name; NULL: out of memory.  channel_del() ends it. */
struct channel *pbx_channel_new(struct switch_core *sw, const struct channel_tech *tech);
/* Copies who is calling, and the variables that are inherited, from one channel to another.  0 or -ENOMEM. */
int pbx_channel_inherit(struct channel *to, const struct channel *from);
/* Ends a channel from outside, as if its far end had hung up: its owner is told. */
void pbx_channel_drop(struct channel *ch, int cause);
/* Frees the channels that were deleted in this turn.  True when there were any. */
bool pbx_free_dead(struct switch_core *sw);

#endif
