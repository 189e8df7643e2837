#include "net/acl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ELEMENT_MAX 128 /* longer than any address with any mask */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t addr_size(const struct iax2_addr *addr)
{
	return addr->family == 4 ? 4 : 16;
}

static void mask_from_bits(uint8_t mask[static 16], unsigned bits)
{
	memset(mask, 0, 16);
	for (unsigned i = 0; i < bits; i++) {
		mask[i / 8] |= (uint8_t)(0x80u >> (i % 8));
	}
}

/* How many ones a mask begins with. */
static uint8_t bits_of_mask(const uint8_t *mask, size_t size)
{
	uint8_t bits = 0;
	while (bits < size * 8 && (mask[bits / 8] & (0x80u >> (bits % 8)))) {
		bits++;
	}
	return bits;
}

static int parse_length(const char *text, unsigned max, unsigned *bits)
{
	unsigned value = 0;
	size_t len = strlen(text);
	if (len == 0 || len > 3 || strspn(text, "0123456789") != len) {
		return -EINVAL;
	}
	for (size_t i = 0; i < len; i++) {
		value = value * 10 + (unsigned)(text[i] - '0');
	}
	if (value > max) {
		return -EINVAL;
	}
	*bits = value;
	return 0;
}

/* What stands behind the slash: a length or a mask. */
static int parse_mask(struct acl_rule *rule, const char *text)
{
	size_t size = addr_size(&rule->addr);
	unsigned bits = (unsigned)size * 8;
	struct iax2_addr mask;
	if (!text || parse_length(text, bits, &bits) == 0) {
		mask_from_bits(rule->mask, bits);
		rule->bits = (uint8_t)bits;
		return 0;
	}
	if (iax2_addr_parse(&mask, text, 0) < 0 || mask.family != rule->addr.family || mask.port != 0) {
		return -EINVAL;
	}
	memset(rule->mask, 0, sizeof(rule->mask));
	memcpy(rule->mask, mask.ip, size);
	rule->bits = bits_of_mask(rule->mask, size);
	return 0;
}

int acl_parse_net(struct acl_rule *rule, const char *text)
{
	char copy[ELEMENT_MAX];
	struct acl_rule parsed = *rule;
	size_t len = strlen(text);
	if (len >= sizeof(copy)) {
		return -EINVAL;
	}
	memcpy(copy, text, len + 1);
	char *slash = strchr(copy, '/');
	if (slash) {
		*slash++ = '\0';
	}
	if (iax2_addr_parse(&parsed.addr, copy, 0) < 0 || parsed.addr.port != 0 || parse_mask(&parsed, slash) < 0) {
		return -EINVAL;
	}
	for (size_t i = 0; i < sizeof(parsed.addr.ip); i++) {
		parsed.addr.ip[i] &= parsed.mask[i];
	}
	parsed.addr.scope = 0;
	*rule = parsed;
	return 0;
}

static int append(struct acl *acl, const struct acl_rule *rule)
{
	struct acl_rule *rules = realloc(acl->rules, (acl->count + 1) * sizeof(*rules));
	if (!rules) {
		return -ENOMEM;
	}
	acl->rules = rules;
	acl->rules[acl->count++] = *rule;
	return 0;
}

/* One element, blanks around it away; -EINVAL when it is not understood. */
static int add_element(struct acl *acl, struct acl_rule rule, const char *text, size_t len)
{
	char copy[ELEMENT_MAX];
	if (len && *text == '!') {
		rule.permit = !rule.permit;
		text++;
		len--;
	}
	while (len && is_blank(*text)) {
		text++;
		len--;
	}
	while (len && is_blank(text[len - 1])) {
		len--;
	}
	if (len >= sizeof(copy)) {
		return -EINVAL;
	}
	memcpy(copy, text, len);
	copy[len] = '\0';
	int rc = acl_parse_net(&rule, copy);
	return rc < 0 ? rc : append(acl, &rule);
}

int acl_add(struct acl *acl, bool permit, const char *value, const char *file, int line, const char **bad)
{
	const struct acl_rule rule = {.permit = permit, .file = file, .line = line};
	for (const char *p = value;; p++) {
		while (is_blank(*p)) {
			p++;
		}
		size_t len = strcspn(p, ",");
		int rc = add_element(acl, rule, p, len);
		if (rc < 0) {
			if (rc == -EINVAL && bad) {
				*bad = p;
			}
			return rc;
		}
		p += len;
		if (!*p) {
			return 0;
		}
	}
}

int acl_add_all(struct acl *acl, bool permit, const char *file, int line)
{
	const struct acl_rule v4 = {.permit = permit, .addr = {.family = 4}, .file = file, .line = line};
	const struct acl_rule v6 = {.permit = permit, .addr = {.family = 6}, .file = file, .line = line};
	int rc = append(acl, &v4);
	return rc < 0 ? rc : append(acl, &v6);
}

struct acl *acl_add_list(struct acl *acl)
{
	while (acl->also) {
		acl = acl->also;
	}
	acl->also = calloc(1, sizeof(*acl->also));
	return acl->also;
}

void acl_fini(struct acl *acl)
{
	struct acl *also = acl->also;
	free(acl->rules);
	*acl = ACL_EMPTY;
	while (also) {
		struct acl *next = also->also;
		free(also->rules);
		free(also);
		also = next;
	}
}

static bool rule_matches(const struct acl_rule *rule, const struct iax2_addr *addr)
{
	if (rule->addr.family != addr->family) {
		return false;
	}
	for (size_t i = 0; i < addr_size(addr); i++) {
		if ((addr->ip[i] & rule->mask[i]) != rule->addr.ip[i]) {
			return false;
		}
	}
	return true;
}

static const struct acl_rule *last_match(const struct acl *acl, const struct iax2_addr *addr)
{
	for (size_t i = acl->count; i-- > 0;) {
		if (rule_matches(&acl->rules[i], addr)) {
			return &acl->rules[i];
		}
	}
	return NULL;
}

bool acl_allows(const struct acl *acl, const struct iax2_addr *addr, const struct acl_rule **rule)
{
	struct iax2_addr plain = *addr;
	iax2_addr_normalize(&plain);
	if (rule) {
		*rule = last_match(acl, &plain);
	}
	for (; acl; acl = acl->also) {
		const struct acl_rule *match = last_match(acl, &plain);
		if (match && !match->permit) {
			if (rule) {
				*rule = match;
			}
			return false;
		}
	}
	return true;
}
