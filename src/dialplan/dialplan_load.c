#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/conf_file.h"
#include "dialplan/args.h"
#include "dialplan/dialplan_data.h"
#include "dialplan/pattern.h"
#include "dialplan/run.h"
#include "dialplan/subst.h"

struct loader {
	struct dialplan *dp;
	struct diag *diag;
	const struct conf_setting *at;     /* the line that is being read */
	struct dp_context *ctx;
	struct dp_exten *exten;            /* of the last line, for `same` */
	int last_priority;
	bool nomem;
};

#define load_error(l, ...) diag_add((l)->diag, DIAG_ERROR, (l)->at->file, (l)->at->line, __VA_ARGS__)
#define load_warning(l, ...) diag_add((l)->diag, DIAG_WARNING, (l)->at->file, (l)->at->line, __VA_ARGS__)

static const char *keep(struct loader *l, const char *text)
{
	const char *copy = dp_text(l->dp, text, strlen(text));
	l->nomem |= !copy;
	return copy;
}

/* --- contexts and extensions --- */

static struct dp_context *context_get(struct loader *l, const char *name)
{
	struct dp_context *ctx = dp_context_find(l->dp, name);
	if (ctx)
		return ctx;
	struct dp_context **contexts = dp_grow(l->dp->contexts, l->dp->count, sizeof *contexts);
	if (contexts)
		l->dp->contexts = contexts;
	ctx = contexts ? calloc(1, sizeof *ctx) : NULL;
	const char *copy = keep(l, name);
	if (!ctx || !copy) {
		free(ctx);
		l->nomem = true;
		return NULL;
	}
	ctx->name = copy;
	unsigned hash = dp_hash(copy);
	ctx->next = l->dp->buckets[hash];
	l->dp->buckets[hash] = ctx;
	l->dp->contexts[l->dp->count++] = ctx;
	return ctx;
}

static bool same_caller(const struct dp_exten *exten, const char *cid_key)
{
	return exten->cid ? cid_key && strcmp(exten->cid_key, cid_key) == 0 : !cid_key;
}

static struct dp_exten *exten_new(struct loader *l, const char *name, const char *key, const char *cid, const char *cid_key)
{
	struct dp_context *ctx = l->ctx;
	struct dp_exten **extens = dp_grow(ctx->extens, ctx->count, sizeof *extens);
	if (extens)
		ctx->extens = extens;
	struct dp_exten *exten = extens ? calloc(1, sizeof *exten) : NULL;
	if (!exten) {
		l->nomem = true;
		return NULL;
	}
	ctx->extens[ctx->count++] = exten;
	exten->name = keep(l, name);
	exten->key = keep(l, key);
	exten->cid = cid ? keep(l, cid) : NULL;
	exten->cid_key = cid ? keep(l, cid_key) : NULL;
	if (l->nomem)
		return NULL;
	unsigned hash = dp_hash(exten->key);
	exten->next = ctx->buckets[hash];
	ctx->buckets[hash] = exten;
	return exten;
}

static struct dp_exten *exten_get(struct loader *l, const char *name, const char *cid)
{
	char key[DIALPLAN_NAME_MAX], cid_key[DIALPLAN_NAME_MAX];
	pattern_strip(key, sizeof key, name);
	if (cid)
		pattern_strip(cid_key, sizeof cid_key, cid);
	for (struct dp_exten *e = l->ctx->buckets[dp_hash(key)]; e; e = e->next) {
		if (strcmp(e->key, key) == 0 && same_caller(e, cid ? cid_key : NULL))
			return e;
	}
	return exten_new(l, name, key, cid, cid ? cid_key : NULL);
}

static void step_insert(struct loader *l, const struct dialplan_step *step)
{
	struct dp_exten *exten = l->exten;
	size_t at = exten->count;
	while (at > 0 && exten->steps[at - 1].priority > step->priority)
		at--;
	if (at > 0 && exten->steps[at - 1].priority == step->priority) {
		const struct dialplan_step *old = &exten->steps[at - 1];
		if (step->priority == DIALPLAN_HINT)
			load_warning(l, "extension '%s' has a hint already (%s:%d); this one is left out", exten->name, old->file, old->line);
		else
			load_warning(l, "extension '%s' has priority %d already (%s:%d); this one is left out", exten->name, step->priority,
				old->file, old->line);
		return;
	}
	struct dialplan_step *steps = dp_grow(exten->steps, exten->count, sizeof *steps);
	if (!steps) {
		l->nomem = true;
		return;
	}
	exten->steps = steps;
	memmove(steps + at + 1, steps + at, (exten->count - at) * sizeof *steps);
	steps[at] = *step;
	exten->count++;
}

/* --- one `exten` or `same` line: [NAME[/CID],]PRIORITY[+N][(LABEL)],APPLICATION --- */

/* The comma that ends an extension name: not one inside a set. */
static char *name_end(char *text)
{
	bool in_set = false;
	for (char *p = text; *p; p++) {
		if (*p == '[' && text[0] == '_')
			in_set = strchr(p, ']') != NULL;
		else if (*p == ']')
			in_set = false;
		else if (*p == ',' && !in_set)
			return p;
	}
	return NULL;
}

static void check_name(struct loader *l, const char *name)
{
	const char *wrong = pattern_check(name);
	if (wrong)
		load_error(l, "extension '%s': %s", name, wrong);
	else if (strcmp(name, "_.") == 0 || strcmp(name, "_!") == 0)
		load_warning(l, "'%s' also takes the special extensions (s, i, t, h); '_X%s' is usually meant", name, name + 1);
}

/* Splits NAME/CID and makes it the current extension; false after an error. */
static bool read_name(struct loader *l, char *text)
{
	struct strbuf name = STRBUF_EMPTY;
	char place[300];
	snprintf(place, sizeof place, "%s:%d", l->at->file, l->at->line);
	struct subst_env env = {.globals = &l->dp->globals, .place = place};
	if (subst(&name, &env, args_trim(text)) < 0)
		l->nomem = true;
	l->exten = NULL;
	char *whole = name.text;
	char *cid = whole ? strchr(whole, '/') : NULL;
	if (cid)
		*cid++ = '\0';
	if (!whole || !whole[0]) {
		load_error(l, "the extension has no name; expected: exten => NAME,PRIORITY,APPLICATION(ARGUMENTS)");
	} else if (strlen(whole) >= DIALPLAN_NAME_MAX || (cid && strlen(cid) >= DIALPLAN_NAME_MAX)) {
		load_error(l, "the name of an extension may have %d characters", DIALPLAN_NAME_MAX - 1);
	} else {
		check_name(l, whole);
		if (cid)
			check_name(l, cid);
		l->exten = exten_get(l, whole, cid);
	}
	strbuf_fini(&name);
	return l->exten != NULL;
}

/* "n", "s", "hint", or a number, with "+N" behind; false after an error. */
static bool read_priority(struct loader *l, const char *text, int *priority)
{
	char *end;
	long add = 0;
	const char *plus = strchr(text, '+');
	size_t len = plus ? (size_t)(plus - text) : strlen(text);
	if (strcasecmp(text, "hint") == 0) {
		*priority = DIALPLAN_HINT;
		return true;
	}
	if (plus) {
		add = strtol(plus + 1, &end, 10);
		if (end == plus + 1 || *end || add < 0 || add > INT_MAX / 4) {
			load_error(l, "'%s' is no priority; expected: n+NUMBER", text);
			return false;
		}
	}
	long n = strtol(text, &end, 10);
	if ((len == 1 && text[0] == 'n') || (len == 4 && strncmp(text, "next", 4) == 0))
		n = l->last_priority ? l->last_priority + 1 : -1;
	else if ((len == 1 && text[0] == 's') || (len == 4 && strncmp(text, "same", 4) == 0))
		n = l->last_priority;
	else if (end == text || end != text + len)
		n = -1;
	if (n < 1 || n > INT_MAX / 4) {
		load_error(l, "'%s' is no priority that can stand here; expected: 1, 2, ..., n (after another priority), n+NUMBER, or hint", text);
		return false;
	}
	*priority = (int)(n + add);
	return true;
}

/* Old: "Dial,args".  Now: "Dial(args)". */
static void read_application(struct loader *l, char *text, struct dialplan_step *step)
{
	char *data = NULL;
	char *comma = strchr(text, ','), *open = strchr(text, '(');
	if (open && (!comma || open < comma)) {
		*open = '\0';
		data = open + 1;
		char *close = strrchr(data, ')');
		if (!close)
			load_warning(l, "%s(%s has no closing parenthesis", args_trim(text), data);
		else if (close[1 + strspn(close + 1, " \t")])
			load_warning(l, "'%s' behind the closing parenthesis is ignored", close + 1);
		if (close)
			*close = '\0';
	} else if (comma) {
		*comma = '\0';
		data = args_trim(comma + 1);
	}
	step->app = keep(l, args_trim(text));
	step->data = keep(l, data ? data : "");
}

static void check_application(struct loader *l, const struct dialplan_step *step)
{
	const struct app *app = app_find(step->app);
	if (!app)
		load_warning(l, "there is no application %s; a call that comes here is hung up", step->app);
	else if (app->check)
		app->check(step->data, l->diag, step->file, step->line);
	int depth = 0;
	for (const char *p = step->data; *p; p++)
		depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
	if (depth != 0 && !strchr(step->data, '"'))
		load_warning(l, "the parentheses in %s(%s) are not balanced", step->app, step->data);
}

/* Cuts "(LABEL)" off a priority; false after an error. */
static bool label_take(struct loader *l, char *priority, struct dialplan_step *step)
{
	char *open = strchr(priority, '(');
	if (!open)
		return true;
	char *close = strchr(open + 1, ')');
	if (!close || close[1]) {
		load_error(l, "'%s' is no priority; expected: PRIORITY,APPLICATION(ARGUMENTS) or PRIORITY(LABEL),APPLICATION(ARGUMENTS)", priority);
		return false;
	}
	*open = *close = '\0';
	const char *label = args_trim(open + 1);
	if (strlen(label) >= DIALPLAN_NAME_MAX) {
		load_error(l, "a label may have %d characters", DIALPLAN_NAME_MAX - 1);
		return false;
	}
	for (size_t i = 0; i < l->exten->count; i++) {
		if (l->exten->steps[i].label && strcmp(l->exten->steps[i].label, label) == 0)
			load_warning(l, "the label '%s' is at priority %d already; that one is used", label, l->exten->steps[i].priority);
	}
	if (label[0])
		step->label = keep(l, label);
	return true;
}

static void read_step(struct loader *l, char *rest)
{
	struct dialplan_step step = {.file = keep(l, l->at->file), .line = l->at->line};
	char *comma = strchr(rest, ',');
	if (!comma) {
		load_error(l, "the application is missing; expected: exten => NAME,PRIORITY,APPLICATION(ARGUMENTS)");
		return;
	}
	*comma = '\0';
	char *priority = args_trim(rest), *app = args_trim(comma + 1);
	if (!label_take(l, priority, &step) || !read_priority(l, args_trim(priority), &step.priority))
		return;
	if (!app[0]) {
		load_error(l, "the application is missing behind priority '%s'", priority);
		return;
	}
	if (step.priority == DIALPLAN_HINT) {
		step.app = keep(l, app);
		step.data = "";
	} else {
		read_application(l, app, &step);
		l->last_priority = step.priority;
	}
	if (l->nomem)
		return;
	if (step.priority != DIALPLAN_HINT)
		check_application(l, &step);
	step_insert(l, &step);
}

static void line_exten(struct loader *l, char *value)
{
	char *comma = name_end(value);
	if (!comma) {
		load_error(l, "the priority is missing; expected: exten => NAME,PRIORITY,APPLICATION(ARGUMENTS)");
		l->exten = NULL;
		return;
	}
	*comma = '\0';
	/* "n" counts on from the line before, even when that was of another extension, as in Asterisk. */
	if (read_name(l, value))
		read_step(l, comma + 1);
}

static void line_same(struct loader *l, char *value)
{
	if (l->exten)
		read_step(l, value);
	else
		load_error(l, "'same' needs an 'exten' line before it in this context");
}

/* --- the other lines --- */

static void item_add(struct loader *l, struct dp_list *list, const char *text, bool off)
{
	struct dp_item *items = dp_grow(list->items, list->count, sizeof *items);
	if (!items) {
		l->nomem = true;
		return;
	}
	list->items = items;
	items[list->count] = (struct dp_item){.text = keep(l, text), .file = keep(l, l->at->file), .line = l->at->line, .off = off};
	list->count++;
}

static void line_include(struct loader *l, char *value)
{
	bool timed = strpbrk(value, ",|") != NULL;
	if (!value[0]) {
		load_error(l, "include needs the name of a context");
		return;
	}
	if (timed)
		load_warning(l, "includes with a time are not supported yet; '%s' is never searched (write its name without a time to search it always)",
			value);
	for (size_t i = 0; i < l->ctx->includes.count; i++) {
		if (strcmp(l->ctx->includes.items[i].text, value) == 0) {
			load_warning(l, "'%s' is included already", value);
			return;
		}
	}
	item_add(l, &l->ctx->includes, value, timed);
}

static void line_ignorepat(struct loader *l, char *value)
{
	check_name(l, value);
	item_add(l, &l->ctx->ignorepats, value, false);
}

static void line_switch(struct loader *l, char *value)
{
	load_warning(l, "switches are not supported yet; '%s' is never asked", value);
	item_add(l, &l->ctx->switches, value, true);
}

static const struct {
	const char *key;
	void (*read)(struct loader *l, char *value);
} lines[] = {
	{"exten", line_exten},   {"same", line_same},     {"include", line_include}, {"ignorepat", line_ignorepat},
	{"switch", line_switch}, {"lswitch", line_switch}, {"eswitch", line_switch},
};

static void read_line(struct loader *l)
{
	char *copy = strdup(l->at->value);
	if (!copy) {
		l->nomem = true;
		return;
	}
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		if (strcasecmp(l->at->key, lines[i].key) == 0) {
			lines[i].read(l, args_trim(copy));
			free(copy);
			return;
		}
	}
	load_warning(l, "'%s' is not known here; expected: exten, same, include, ignorepat or switch", l->at->key);
	free(copy);
}

static void read_general(struct loader *l)
{
	static const char *const harmless[] = {"static", "writeprotect", "extenpatternmatchnew", "userscontext", "overrideswitch"};
	int yes = conf_bool(l->at->value);
	if (strcasecmp(l->at->key, "autofallthrough") == 0) {
		l->dp->autofallthrough = yes == 1;
		return;
	}
	if (strcasecmp(l->at->key, "clearglobalvars") == 0) {
		l->dp->clearglobalvars = yes == 1;
		return;
	}
	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
		if (strcasecmp(l->at->key, harmless[i]) == 0)
			return;
	}
	load_warning(l, "'%s' has no effect in [general]", l->at->key);
}

static void read_global(struct loader *l)
{
	struct strbuf value = STRBUF_EMPTY;
	char place[300];
	snprintf(place, sizeof place, "%s:%d", l->at->file, l->at->line);
	struct subst_env env = {.globals = &l->dp->globals, .place = place};
	if (subst(&value, &env, l->at->value) < 0 || vars_set(&l->dp->globals, l->at->key, strbuf_text(&value)) < 0)
		l->nomem = true;
	strbuf_fini(&value);
}

static void read_section(struct loader *l, const struct conf_section *section)
{
	void (*read)(struct loader *l) = read_line;
	if (section->template_only)
		return;
	if (strcasecmp(section->name, "general") == 0)
		read = read_general;
	else if (strcasecmp(section->name, "globals") == 0)
		read = read_global;
	else
		l->ctx = context_get(l, section->name);
	l->exten = NULL;
	l->last_priority = 0;
	if (strlen(section->name) >= DIALPLAN_NAME_MAX)
		diag_add(l->diag, DIAG_ERROR, section->file, section->line, "the name of a context may have %d characters", DIALPLAN_NAME_MAX - 1);
	for (size_t i = 0; i < section->count && !l->nomem; i++) {
		l->at = &section->settings[i];
		read(l);
	}
}

/* --- when all is read --- */

static int exten_order(const void *pa, const void *pb)
{
	const struct dp_exten *a = *(struct dp_exten *const *)pa, *b = *(struct dp_exten *const *)pb;
	int order = pattern_compare(a->key, b->key);
	if (order != 0)
		return order;
	if (!a->cid || !b->cid)
		return (a->cid == NULL) - (b->cid == NULL);
	return pattern_compare(a->cid_key, b->cid_key);
}

static void sort_context(struct dp_context *ctx)
{
	if (ctx->count > 0)
		qsort(ctx->extens, ctx->count, sizeof *ctx->extens, exten_order);
	while (ctx->literals < ctx->count && ctx->extens[ctx->literals]->key[0] != '_')
		ctx->literals++;
}

/* Adds `ctx` and, in depth first, what it includes to the search list of `root`. */
static void search_add(struct loader *l, struct dp_context *root, struct dp_context *ctx, unsigned visit)
{
	if (ctx->visit == visit || l->nomem)
		return;
	ctx->visit = visit;
	if (root->search_count == DIALPLAN_SEARCH_MAX) {
		diag_add(l->diag, DIAG_WARNING, NULL, 0, "context '%s' includes more than %d contexts; the others are not searched", root->name,
			DIALPLAN_SEARCH_MAX);
		root->search_count++;
	}
	if (root->search_count > DIALPLAN_SEARCH_MAX)
		return;
	struct dp_context **search = dp_grow(root->search, root->search_count, sizeof *search);
	if (!search) {
		l->nomem = true;
		return;
	}
	root->search = search;
	search[root->search_count++] = ctx;
	for (size_t i = 0; i < ctx->includes.count; i++) {
		struct dp_context *next = ctx->includes.items[i].off ? NULL : dp_context_find(l->dp, ctx->includes.items[i].text);
		if (next)
			search_add(l, root, next, visit);
	}
}

static void check_includes(struct loader *l, const struct dp_context *ctx)
{
	for (size_t i = 0; i < ctx->includes.count; i++) {
		const struct dp_item *item = &ctx->includes.items[i];
		if (!item->off && !dp_context_find(l->dp, item->text))
			diag_add(l->diag, DIAG_WARNING, item->file, item->line, "context '%s' includes '%s', which does not exist", ctx->name, item->text);
	}
}

static void check_first_priority(struct loader *l, const struct dp_context *ctx)
{
	for (size_t i = 0; i < ctx->count; i++) {
		const struct dp_exten *exten = ctx->extens[i];
		if (exten->count == 1 && exten->steps[0].priority == DIALPLAN_HINT)
			continue;
		if (exten->count > 0 && exten->steps[0].priority > 1)
			diag_add(l->diag, DIAG_NOTICE, exten->steps[0].file, exten->steps[0].line, "extension '%s' in '%s' has no priority 1", exten->name,
				ctx->name);
	}
}

static void finish(struct loader *l)
{
	for (size_t i = 0; i < l->dp->count; i++) {
		struct dp_context *ctx = l->dp->contexts[i];
		sort_context(ctx);
		search_add(l, ctx, ctx, (unsigned)i + 1);
		if (ctx->search_count > DIALPLAN_SEARCH_MAX)
			ctx->search_count = DIALPLAN_SEARCH_MAX;
		check_includes(l, ctx);
		check_first_priority(l, ctx);
	}
}

static void read_sections(struct loader *l, const struct conf_file *file)
{
	/* [globals] first: they may be used in the names of extensions, wherever they stand. */
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < file->count && !l->nomem; i++) {
			if ((strcasecmp(file->sections[i].name, "globals") == 0) == (pass == 0))
				read_section(l, &file->sections[i]);
		}
	}
}

/* Contexts that exist whether they are in the file or not. */
static void add_contexts(struct loader *l, const char *names)
{
	char *copy = strdup(names), *rest = copy;
	l->nomem |= !copy;
	while (rest) {
		const char *name = strsep(&rest, "&");
		if (name[0] && strlen(name) < DIALPLAN_NAME_MAX)
			context_get(l, name);
	}
	free(copy);
}

int dialplan_load(struct dialplan **out, const char *dir, const char *more, struct diag *diag)
{
	struct conf_file *file;
	int rc = conf_file_load(&file, dir, "extensions.conf", diag);
	if (rc < 0)
		return rc;
	struct loader l = {.dp = calloc(1, sizeof *l.dp), .diag = diag};
	size_t errors = diag->errors;
	if (!l.dp) {
		conf_file_del(file);
		return -ENOMEM;
	}
	l.dp->refs = 1;
	l.dp->autofallthrough = true;
	vars_init(&l.dp->globals);
	read_sections(&l, file);
	if (more)
		add_contexts(&l, more);
	if (!l.nomem)
		finish(&l);
	conf_file_del(file);
	if (l.nomem || diag->errors > errors) {
		dialplan_unref(l.dp);
		return l.nomem ? -ENOMEM : -EINVAL;
	}
	*out = l.dp;
	return 0;
}
