/* Compare: was what was heard what was said?
 *
 * The delay is found by cross-correlation over the whole recordings; then each segment of 200 ms of the reference is looked for
 * near where the one before it was (clocks drift, jitter buffers stretch), and compared.  Silence in the reference is not judged.
 * Good for one or two G.711 codings, single lost frames and small drift; not for codecs that change the wave's shape. */
#ifndef TEST_COMPARE_H
#define TEST_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct compare_limits {
	double min_correlation;   /* over all that was said, 0 to 1 */
	double max_gap_ms;        /* longest silence where something was said */
	double max_lost_percent;  /* of what was said: silent, or something else */
	double max_offset_ms;     /* how far it may be shifted, either way */
	double max_level_db;      /* how much louder or softer */
};
extern const struct compare_limits compare_default_limits;

struct compare_result {
	bool same;
	const char *why;          /* the first limit that was broken, or "the same" */
	double offset_ms;         /* heard minus said */
	double correlation, snr_db, level_db;
	double worst;             /* correlation of the worst segment */
	double longest_gap_ms, lost_percent;
	double drift_ppm;
	unsigned segments;        /* judged */
};

/* Compares two recordings at 8 kHz.  0, or -1 when out of memory. */
int compare(struct compare_result *result, const struct compare_limits *limits, const int16_t *said, size_t said_len,
            const int16_t *heard, size_t heard_len);

#endif
