#include "callno.h"

#include "core.h"

#define CALLNO_FIRST 2
#define CALLNO_COUNT (IAX2_CALLNO_MAX - CALLNO_FIRST + 1)
#define CALLNO_DRAWS 32

static bool callno_free(const struct iax2_assoc *assoc, uint16_t own)
{
	return iax2_assoc_by_own(assoc, own) == NULL;
}

static bool callno_rested(const struct iax2_assoc *assoc, uint16_t own, uint16_t remote)
{
	return remote ? !iax2_tombstone_match(assoc, own, remote, false) : !iax2_tombstone_resting(assoc, own);
}

uint16_t iax2_callno_draw(struct iax2_assoc *assoc, uint16_t remote)
{
	uint16_t start = 0, tired = 0;

	for (unsigned i = 0; i < CALLNO_DRAWS; i++) {
		start = (uint16_t)(iax2_endpoint_random(assoc->ep) % CALLNO_COUNT);
		if (callno_free(assoc, CALLNO_FIRST + start) && callno_rested(assoc, CALLNO_FIRST + start, remote)) {
			return CALLNO_FIRST + start;
		}
	}
	for (unsigned i = 0; i < CALLNO_COUNT; i++) {
		uint16_t own = (uint16_t)(CALLNO_FIRST + (start + i) % CALLNO_COUNT);

		if (callno_free(assoc, own)) {
			if (callno_rested(assoc, own, remote)) {
				return own;
			}
			tired = tired ? tired : own;
		}
	}
	return tired;
}
