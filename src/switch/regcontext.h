/* Regcontext: the extensions of registered peers (regcontext= and regexten=).  While a peer is registered, each of its extensions exists in each of
 * the contexts, with one priority: NoOp(name of the peer). */
#ifndef TANDEM_SWITCH_REGCONTEXT_H
#define TANDEM_SWITCH_REGCONTEXT_H

#include "config/iax_conf.h"

struct switch_core;

void regcontext_add(struct switch_core *sw, const struct iax_entry *peer);
void regcontext_remove(struct switch_core *sw, const struct iax_entry *peer);

#endif
