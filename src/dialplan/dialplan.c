#include "dialplan/dialplan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dialplan/dialplan_data.h"
#include "dialplan/pattern.h"

struct dp_block {
	struct dp_block *next;
	size_t used, size;
	char text[];
};

const char *dp_text(struct dialplan *dp, const char *text, size_t len)
{
	struct dp_block *block = dp->blocks;
	if (!block || block->size - block->used <= len) {
		size_t size = len >= 16384 ? len + 1 : 16384;
		block = malloc(sizeof *block + size);
		if (!block)
			return NULL;
		block->next = dp->blocks;
		block->used = 0;
		block->size = size;
		dp->blocks = block;
	}
	char *at = block->text + block->used;
	memcpy(at, text, len);
	at[len] = '\0';
	block->used += len + 1;
	return at;
}

void *dp_grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return realloc(array, (count ? count * 2 : 1) * size);
}

unsigned dp_hash(const char *text)
{
	unsigned hash = 5381;
	while (*text)
		hash = hash * 33 ^ (unsigned char)*text++;
	return hash % DP_BUCKETS;
}

struct dp_context *dp_context_find(const struct dialplan *dp, const char *name)
{
	for (struct dp_context *ctx = dp->buckets[dp_hash(name)]; ctx; ctx = ctx->next) {
		if (strcmp(ctx->name, name) == 0)
			return ctx;
	}
	return NULL;
}

static void context_del(struct dp_context *ctx)
{
	for (size_t i = 0; i < ctx->count; i++) {
		if (!ctx->extens[i]->dynamic)
			free(ctx->extens[i]->steps);
		free(ctx->extens[i]);
	}
	free(ctx->extens);
	free(ctx->includes.items);
	free(ctx->ignorepats.items);
	free(ctx->switches.items);
	free(ctx->search);
	free(ctx);
}

struct dialplan *dialplan_ref(struct dialplan *dp)
{
	if (dp)
		dp->refs++;
	return dp;
}

void dialplan_unref(struct dialplan *dp)
{
	if (!dp || --dp->refs > 0)
		return;
	for (size_t i = 0; i < dp->count; i++)
		context_del(dp->contexts[i]);
	free(dp->contexts);
	vars_fini(&dp->globals);
	while (dp->blocks) {
		struct dp_block *block = dp->blocks;
		dp->blocks = block->next;
		free(block);
	}
	free(dp);
}

void dialplan_globals(const struct dialplan *dp, void (*fn)(const char *name, const char *value, void *arg), void *arg)
{
	vars_each(&dp->globals, fn, arg);
}

bool dialplan_has_context(const struct dialplan *dp, const char *context)
{
	return dp_context_find(dp, context) != NULL;
}

bool dialplan_autofallthrough(const struct dialplan *dp)
{
	return dp->autofallthrough;
}

bool dialplan_clearglobalvars(const struct dialplan *dp)
{
	return dp->clearglobalvars;
}

bool dialplan_ignores(const struct dialplan *dp, const char *context, const char *exten)
{
	const struct dp_context *ctx = dp_context_find(dp, context);
	for (size_t i = 0; ctx && i < ctx->ignorepats.count; i++) {
		if (pattern_match(ctx->ignorepats.items[i].text, exten) & DIALPLAN_EXISTS)
			return true;
	}
	return false;
}

/* A number that is looked for, and what to do with each extension that takes it, the preferred first.  True ends the search. */
struct search {
	char number[DIALPLAN_NAME_MAX * 4];
	char caller[DIALPLAN_NAME_MAX * 4];
	int wanted;                              /* DIALPLAN_ bits of which one must be there */
	bool (*visit)(struct search *search, const struct dp_exten *exten, int how);
	int priority;
	const char *label;
	int found;
	const struct dialplan_step *step;
};

static bool caller_fits(const struct search *search, const struct dp_exten *exten)
{
	return !exten->cid || (pattern_match(exten->cid_key, search->caller) & DIALPLAN_EXISTS);
}

static bool consider(struct search *search, const struct dp_exten *exten)
{
	int how = pattern_match(exten->key, search->number);
	return (how & search->wanted) && caller_fits(search, exten) && search->visit(search, exten, how);
}

/* Literals are sorted, so that those which begin with the number stand together. */
static size_t first_literal(const struct dp_context *ctx, const char *number)
{
	size_t low = 0, high = ctx->literals;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (strcmp(ctx->extens[mid]->key, number) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct dynamic {
	struct dp_exten exten;
	struct dialplan_step step;
	char text[];
};

static struct dp_exten *dynamic_new(const char *name, const char *key, const char *text)
{
	size_t name_len = strlen(name) + 1, key_len = strlen(key) + 1, text_len = strlen(text) + 1;
	struct dynamic *d = calloc(1, sizeof *d + name_len + key_len + text_len);
	if (!d)
		return NULL;
	d->exten = (struct dp_exten){.steps = &d->step, .count = 1, .dynamic = true};
	d->exten.name = memcpy(d->text, name, name_len);
	d->exten.key = memcpy(d->text + name_len, key, key_len);
	d->step = (struct dialplan_step){.app = "NoOp", .file = "IAX2", .priority = 1};
	d->step.data = memcpy(d->text + name_len + key_len, text, text_len);
	return &d->exten;
}

/* Where it stands among the literals of its context, or ctx->literals. */
static size_t dynamic_find(const struct dp_context *ctx, const char *key, const char *text)
{
	for (size_t i = first_literal(ctx, key); i < ctx->literals && strcmp(ctx->extens[i]->key, key) == 0; i++) {
		if (ctx->extens[i]->dynamic && strcmp(ctx->extens[i]->steps[0].data, text) == 0)
			return i;
	}
	return ctx->literals;
}

int dialplan_add_noop(struct dialplan *dp, const char *context, const char *exten, const char *text)
{
	char key[DIALPLAN_NAME_MAX];
	struct dp_context *ctx = dp_context_find(dp, context);
	if (!ctx)
		return -ENOENT;
	if (exten[0] == '_' || strlen(exten) >= sizeof key)
		return -EINVAL;
	pattern_strip(key, sizeof key, exten);
	if (dynamic_find(ctx, key, text) < ctx->literals)
		return 0;
	struct dp_exten **extens = dp_grow(ctx->extens, ctx->count, sizeof *extens);
	if (extens)
		ctx->extens = extens;
	struct dp_exten *e = extens ? dynamic_new(exten, key, text) : NULL;
	if (!e)
		return -ENOMEM;
	/* Before one of the same name in the file, so that its priority 1 is the one that counts. */
	size_t at = first_literal(ctx, key);
	memmove(extens + at + 1, extens + at, (ctx->count - at) * sizeof *extens);
	extens[at] = e;
	ctx->count++;
	ctx->literals++;
	return 0;
}

void dialplan_remove_noop(struct dialplan *dp, const char *context, const char *exten, const char *text)
{
	char key[DIALPLAN_NAME_MAX];
	struct dp_context *ctx = dp_context_find(dp, context);
	if (!ctx)
		return;
	pattern_strip(key, sizeof key, exten);
	size_t at = dynamic_find(ctx, key, text);
	if (at == ctx->literals)
		return;
	free(ctx->extens[at]);
	ctx->count--;
	ctx->literals--;
	memmove(ctx->extens + at, ctx->extens + at + 1, (ctx->count - at) * sizeof *ctx->extens);
}

static bool search_context(struct search *search, const struct dp_context *ctx)
{
	for (size_t i = first_literal(ctx, search->number); i < ctx->literals; i++) {
		if (!pattern_match(ctx->extens[i]->key, search->number))
			break;
		if (consider(search, ctx->extens[i]))
			return true;
	}
	for (size_t i = ctx->literals; i < ctx->count; i++) {
		if (consider(search, ctx->extens[i]))
			return true;
	}
	return false;
}

static void search_run(struct search *search, const struct dialplan *dp, const char *context, const char *exten, const char *callerid)
{
	const struct dp_context *ctx = dp_context_find(dp, context);
	if (!ctx || !exten || strlen(exten) >= sizeof search->number)
		return;
	pattern_strip(search->number, sizeof search->number, exten[0] == '_' ? exten + 1 : exten);
	pattern_strip(search->caller, sizeof search->caller, callerid ? callerid : "");
	for (size_t i = 0; i < ctx->search_count; i++) {
		if (search_context(search, ctx->search[i]))
			return;
	}
}

static const struct dialplan_step *step_at(const struct dp_exten *exten, int priority)
{
	size_t low = 0, high = exten->count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (exten->steps[mid].priority < priority)
			low = mid + 1;
		else
			high = mid;
	}
	return low < exten->count && exten->steps[low].priority == priority ? &exten->steps[low] : NULL;
}

static bool visit_match(struct search *search, const struct dp_exten *exten, int how)
{
	if (!step_at(exten, 1))
		how &= ~DIALPLAN_EXISTS;
	search->found |= how;
	return false;
}

static bool visit_step(struct search *search, const struct dp_exten *exten, int how)
{
	(void)how;
	search->step = step_at(exten, search->priority);
	return search->step != NULL;
}

static bool visit_label(struct search *search, const struct dp_exten *exten, int how)
{
	(void)how;
	for (size_t i = 0; i < exten->count; i++) {
		if (exten->steps[i].label && strcmp(exten->steps[i].label, search->label) == 0) {
			search->found = exten->steps[i].priority;
			return true;
		}
	}
	return false;
}

int dialplan_match(const struct dialplan *dp, const char *context, const char *exten, const char *callerid)
{
	struct search search = {
		.wanted = DIALPLAN_EXISTS | DIALPLAN_CAN_MATCH | DIALPLAN_MATCH_MORE, .visit = visit_match,
	};
	search_run(&search, dp, context, exten, callerid);
	return search.found;
}

const struct dialplan_step *dialplan_step(const struct dialplan *dp, const char *context, const char *exten, const char *callerid, int priority)
{
	struct search search = {.wanted = DIALPLAN_EXISTS, .visit = visit_step, .priority = priority};
	search_run(&search, dp, context, exten, callerid);
	return search.step;
}

int dialplan_label(const struct dialplan *dp, const char *context, const char *exten, const char *callerid, const char *label)
{
	struct search search = {.wanted = DIALPLAN_EXISTS, .visit = visit_label, .label = label, .found = -1};
	search_run(&search, dp, context, exten, callerid);
	return search.found;
}
