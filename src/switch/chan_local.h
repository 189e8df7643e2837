/* Chan_local: Local/EXTEN@CONTEXT: a call into our own dialplan.  Two channels back to back: ";1" belongs to who dials, ";2" runs
 * the dialplan.  What is written to one arrives on the other in the next turn of the loop. */
#ifndef TANDEM_SWITCH_CHAN_LOCAL_H
#define TANDEM_SWITCH_CHAN_LOCAL_H

#include "dialplan/channel.h"

struct local_family;
struct switch_core;

extern const struct channel_tech chan_local_tech;

/* All Local calls that come from one call know each other, so that an extension that dials itself comes to an end.  What
 * channel->family points to; NULL is allowed. */
void local_family_unref(struct local_family *family);

/* pbx_ops.request for "Local". */
int chan_local_request(struct switch_core *sw, struct channel **out, const char *data, struct channel *from);

#endif
