#include "token.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "auth.h"

#define TOKEN_ROTATE (IAX2_NS_PER_S * 3600)
#define TOKEN_DIGEST 20 /* bytes of the HMAC that are shown */

/* A token for a call is none for a registration; a release is the registration's. */
static uint8_t command_class(enum iax2_command command)
{
	return (uint8_t)(command == IAX2_CMD_REGREL ? IAX2_CMD_REGREQ : command);
}

static void new_key(struct iax2_token_ring *ring, iax2_ns now)
{
	ring->random(ring->random_user, ring->key[0], IAX2_TOKEN_KEY);
	ring->rotated = now;
}

static void rotate(struct iax2_token_ring *ring, iax2_ns now)
{
	if (now - ring->rotated < TOKEN_ROTATE) {
		return;
	}
	memcpy(ring->key[1], ring->key[0], IAX2_TOKEN_KEY);
	ring->has_previous = true;
	new_key(ring, now);
}

static int write_token(const uint8_t *key, const struct iax2_crypto *crypto, const struct iax2_addr *from,
                       enum iax2_command command, uint64_t seconds, char out[static IAX2_TOKEN_MAX + 1])
{
	uint8_t text[sizeof(from->ip) + 4 + 2 + 8 + 1 + 1], digest[IAX2_SHA256_SIZE];
	size_t n = sizeof(from->ip);
	int rc, len;

	memcpy(text, from->ip, n);
	for (int shift = 24; shift >= 0; shift -= 8) {
		text[n++] = (uint8_t)(from->scope >> shift);
	}
	text[n++] = (uint8_t)(from->port >> 8);
	text[n++] = (uint8_t)from->port;
	for (int shift = 56; shift >= 0; shift -= 8) {
		text[n++] = (uint8_t)(seconds >> shift);
	}
	text[n++] = from->family;
	text[n++] = command_class(command);
	rc = crypto->hmac_sha256(crypto->user, digest, key, IAX2_TOKEN_KEY, text, n);
	if (rc != 0) {
		return rc;
	}
	len = snprintf(out, IAX2_TOKEN_MAX + 1, "%" PRIu64 "?", seconds);
	iax2_auth_hex(out + len, digest, TOKEN_DIGEST);
	return len + 2 * TOKEN_DIGEST;
}

/* The decimal number before the "?"; false when there is none as we write it. */
static bool read_seconds(uint64_t *seconds, const uint8_t *token, size_t len)
{
	size_t i = 0;

	*seconds = 0;
	for (; i < len && token[i] >= '0' && token[i] <= '9'; i++) {
		if (*seconds > (UINT64_MAX - 9) / 10) {
			return false;
		}
		*seconds = *seconds * 10 + (uint64_t)(token[i] - '0');
	}
	return i > 0 && i < len && token[i] == '?';
}

void iax2_token_init(struct iax2_token_ring *ring, void (*random)(void *user, void *buf, size_t len), void *random_user,
                     iax2_ns now)
{
	*ring = (struct iax2_token_ring){.random = random, .random_user = random_user, .start = now};
	new_key(ring, now);
}

void iax2_token_fini(struct iax2_token_ring *ring)
{
	iax2_auth_wipe(ring->key, sizeof(ring->key));
	ring->has_previous = false;
}

int iax2_token_make(struct iax2_token_ring *ring, const struct iax2_crypto *crypto, const struct iax2_addr *from,
                    enum iax2_command command, iax2_ns now, char out[static IAX2_TOKEN_MAX + 1])
{
	rotate(ring, now);
	return write_token(ring->key[0], crypto, from, command, (uint64_t)((now - ring->start) / IAX2_NS_PER_S), out);
}

bool iax2_token_valid(struct iax2_token_ring *ring, const struct iax2_crypto *crypto, const struct iax2_addr *from,
                      enum iax2_command command, uint32_t lifetime_s, iax2_ns now, const uint8_t *token, size_t len)
{
	char expected[IAX2_TOKEN_MAX + 1];
	uint64_t made, age = (uint64_t)((now - ring->start) / IAX2_NS_PER_S);

	rotate(ring, now);
	if (!read_seconds(&made, token, len) || made > age || age - made >= lifetime_s) {
		return false;
	}
	for (int i = 0; i <= (ring->has_previous ? 1 : 0); i++) {
		int n = write_token(ring->key[i], crypto, from, command, made, expected);

		if (n > 0 && (size_t)n == len && iax2_auth_equal(expected, token, len)) {
			return true;
		}
	}
	return false;
}
