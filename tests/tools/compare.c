#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fft.h"

#define PER_MS 8
#define SEGMENT (200 * PER_MS)
#define BLOCK (10 * PER_MS)
/* How far a segment is looked for from where the last one was. */
#define SEARCH (50 * PER_MS)
/* Below this share of the mean power of speech it is a pause. */
#define PAUSE_SHARE 0.001
#define BLOCK_ACTIVE_SHARE 0.01
/* A block with less than this share of its power is missing. */
#define MISSING_SHARE 0.01
/* A segment below this correlation is something else. */
#define OTHER_CORRELATION 0.5
/* Power per sample below which a recording is silent: what G.711 makes of zero. */
#define SILENCE_POWER 100.0

const struct compare_limits compare_default_limits = {
	.min_correlation = 0.9, .max_gap_ms = 60, .max_lost_percent = 5, .max_offset_ms = 3000, .max_level_db = 3,
};

struct signal {
	const int16_t *samples;
	size_t len;
};

/* The sample at any place; silence around the recording. */
static double at(const struct signal *signal, long i)
{
	return i >= 0 && (size_t)i < signal->len ? signal->samples[i] : 0;
}

static double power(const struct signal *signal, long from, long count)
{
	double sum = 0;

	for (long i = from; i < from + count; i++)
		sum += at(signal, i) * at(signal, i);
	return sum / (double)count;
}

static double product(const struct signal *a, long from_a, const struct signal *b, long from_b, long count)
{
	double sum = 0;

	for (long i = 0; i < count; i++)
		sum += at(a, from_a + i) * at(b, from_b + i);
	return sum / (double)count;
}

/* The shift within +-max at which both fit best. */
static int find_offset(long *offset, const struct signal *said, const struct signal *heard, long max)
{
	size_t n = 1;
	double complex *a, *b;
	double best = -1;

	while (n < said->len + heard->len + 2 * (size_t)max)
		n *= 2;
	a = calloc(n, sizeof *a);
	b = calloc(n, sizeof *b);
	if (a && b) {
		for (size_t i = 0; i < n; i++) {
			a[i] = at(said, (long)i);
			b[i] = at(heard, (long)i);
		}
		fft(a, n, false);
		fft(b, n, false);
		for (size_t i = 0; i < n; i++)
			a[i] = conj(a[i]) * b[i];
		fft(a, n, true);
		for (long shift = -max; shift <= max; shift++) {
			double value = creal(a[shift < 0 ? n - (size_t)-shift : (size_t)shift]);

			if (value > best) {
				best = value;
				*offset = shift;
			}
		}
	}
	free(b);
	free(a);
	return a && b ? 0 : -1;
}

/* What is added up over the segments. */
struct sums {
	double said, heard, both;   /* powers and product of judged segments */
	long active_blocks, lost_blocks, gap_blocks, longest_gap;
	double first_lag, last_lag, first_time, last_time;
	bool have_lag;
};

static double correlation_of(double both, double said, double heard)
{
	return said > 0 && heard > 0 ? both / sqrt(said * heard) : 0;
}

/* The best correlation of one segment near *lag, which it moves there. */
static double match(const struct signal *said, const struct signal *heard, long from, long *lag, double said_power)
{
	double best = -1;
	long best_lag = *lag;

	for (long shift = -SEARCH; shift <= SEARCH; shift++) {
		long lag_now = *lag + shift;
		double c = correlation_of(product(said, from, heard, from + lag_now, SEGMENT), said_power,
		                          power(heard, from + lag_now, SEGMENT));

		/* Where several fit alike (a tone), the nearest. */
		if (c > best + 1e-6 || (c > best - 1e-6 && labs(shift) < labs(best_lag - *lag))) {
			best = c > best ? c : best;
			best_lag = lag_now;
		}
	}
	if (best >= OTHER_CORRELATION)
		*lag = best_lag;
	return best;
}

static void count_block(struct sums *sums, bool lost)
{
	sums->active_blocks++;
	sums->lost_blocks += lost;
	sums->gap_blocks = lost ? sums->gap_blocks + 1 : 0;
	if (sums->gap_blocks > sums->longest_gap)
		sums->longest_gap = sums->gap_blocks;
}

static void count_blocks(struct sums *sums, const struct signal *said, const struct signal *heard, long from, long lag,
                         bool other, double loud)
{
	for (long i = from; i < from + SEGMENT; i += BLOCK) {
		double said_power = power(said, i, BLOCK);

		if (said_power < loud * BLOCK_ACTIVE_SHARE)
			continue;
		count_block(sums, other || power(heard, i + lag, BLOCK) < said_power * MISSING_SHARE);
	}
}

static void judge_segments(struct compare_result *result, struct sums *sums, const struct signal *said,
                           const struct signal *heard, long lag)
{
	double loud = power(said, 0, (long)said->len);

	result->worst = 1;
	for (long from = 0; from + SEGMENT <= (long)said->len; from += SEGMENT) {
		double said_power = power(said, from, SEGMENT), c;

		if (said_power < loud * PAUSE_SHARE)
			continue;
		c = match(said, heard, from, &lag, said_power);
		result->segments++;
		result->worst = fmin(result->worst, c);
		sums->said += said_power;
		sums->heard += power(heard, from + lag, SEGMENT);
		sums->both += product(said, from, heard, from + lag, SEGMENT);
		count_blocks(sums, said, heard, from, lag, c < OTHER_CORRELATION, loud);
		if (c < OTHER_CORRELATION)
			continue;
		sums->last_lag = (double)lag;
		sums->last_time = (double)from;
		if (!sums->have_lag) {
			sums->first_lag = sums->last_lag;
			sums->first_time = sums->last_time;
			sums->have_lag = true;
		}
	}
}

static void set_figures(struct compare_result *result, const struct sums *sums)
{
	double c = correlation_of(sums->both, sums->said, sums->heard);

	result->correlation = c;
	result->snr_db = c > 0 ? 10 * log10(c * c / fmax(1 - c * c, 1e-9)) : -99;
	result->level_db = sums->said > 0 && sums->heard > 0 ? 10 * log10(sums->heard / sums->said) : -99;
	result->longest_gap_ms = (double)(sums->longest_gap * BLOCK) / PER_MS;
	result->lost_percent = sums->active_blocks ? 100.0 * (double)sums->lost_blocks / (double)sums->active_blocks : 100;
	if (sums->last_time > sums->first_time)
		result->drift_ppm = (sums->last_lag - sums->first_lag) / (sums->last_time - sums->first_time) * 1e6;
}

static const char *verdict(const struct compare_result *result, const struct compare_limits *limits)
{
	if (result->segments == 0)
		return "there is nothing to judge in the reference";
	if (result->level_db < -60)
		return "nothing was heard";
	if (result->correlation < limits->min_correlation)
		return "something else was heard";
	if (result->longest_gap_ms > limits->max_gap_ms)
		return "a piece is missing";
	if (result->lost_percent > limits->max_lost_percent)
		return "too much is missing";
	if (fabs(result->level_db) > limits->max_level_db)
		return "the level is different";
	return NULL;
}

int compare(struct compare_result *result, const struct compare_limits *limits, const int16_t *said_samples, size_t said_len,
            const int16_t *heard_samples, size_t heard_len)
{
	struct signal said = {said_samples, said_len}, heard = {heard_samples, heard_len};
	struct sums sums = {0};
	long offset = 0;
	const char *why;

	*result = (struct compare_result){.why = "there is nothing to judge in the reference"};
	if (said_len < SEGMENT || power(&said, 0, (long)said_len) < SILENCE_POWER)
		return 0;
	if (find_offset(&offset, &said, &heard, (long)(limits->max_offset_ms * PER_MS)) < 0)
		return -1;
	judge_segments(result, &sums, &said, &heard, offset);
	set_figures(result, &sums);
	result->offset_ms = (double)offset / PER_MS;
	why = verdict(result, limits);
	result->same = !why;
	result->why = why ? why : "the same";
	return 0;
}
