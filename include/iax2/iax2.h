/* libiax2: everything.  Begin reading at endpoint.h. */
#ifndef IAX2_H
#define IAX2_H

#include "call.h"
#include "codec.h"
#include "crypto.h"
#include "endpoint.h"
#include "event.h"
#include "frame.h"
#include "ie.h"
#include "registration.h"
#include "types.h"

/* The release of the library, "0.1.0". */
IAX2_API const char *iax2_version(void);

#endif
