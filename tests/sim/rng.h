/* Rng: the one source of chance of a simulated run (splitmix64): the same seed gives the same run. */
#ifndef SIM_RNG_H
#define SIM_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
	uint64_t state;
};

static inline uint64_t rng_next(struct rng *rng)
{
	uint64_t z = (rng->state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* A number from low to high, both included. */
static inline int64_t rng_between(struct rng *rng, int64_t low, int64_t high)
{
	return low + (int64_t)(rng_next(rng) % (uint64_t)(high - low + 1));
}

/* True with the given chance in a thousand. */
static inline bool rng_chance(struct rng *rng, unsigned per_mille)
{
	return rng_next(rng) % 1000 < per_mille;
}

#endif
