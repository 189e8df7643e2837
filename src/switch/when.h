/* When: the wall clock as IAX2 wants it. */
#ifndef TANDEM_SWITCH_WHEN_H
#define TANDEM_SWITCH_WHEN_H

#include <stdint.h>

int64_t when_s(void);         /* seconds since 1970 */
uint32_t when_datetime(void); /* local time as a DATETIME element */

#endif
