/* Own call numbers: drawn at random, 2 to 32767, for each association by itself (protocol reference 5.1). */
#ifndef IAX2_LIB_CALLNO_H
#define IAX2_LIB_CALLNO_H

#include "iax2/types.h"

struct iax2_assoc;

/* A free number, or 0.  `remote` is the other side's number when it is known (incoming legs), else 0: then the numbers of calls that ended
 * less than 60 s ago are taken only when there is no other. */
uint16_t iax2_callno_draw(struct iax2_assoc *assoc, uint16_t remote);

#endif
