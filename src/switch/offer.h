/* Offer: which formats a called party is offered, so that as little as possible has to be translated. */
#ifndef TANDEM_SWITCH_OFFER_H
#define TANDEM_SWITCH_OFFER_H

#include "dialplan/channel.h"
#include "iax2/codec.h"

/* Best first: what `allowed` and the calling channel (may be NULL) both have, beginning with its present format, then what we can
 * translate; nothing that could neither pass through nor be translated. */
void offer_formats(struct iax2_prefs *offer, const struct iax2_prefs *allowed, const struct channel *from);
/* For a host that is no configured peer, and so has no allow= of its own: all that we can translate, the best first. */
void offer_default(struct iax2_prefs *prefs);

#endif
