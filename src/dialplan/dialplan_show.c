#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dialplan/dialplan_data.h"
#include "dialplan/pattern.h"

struct totals {
	size_t contexts, extensions, priorities;
};

static void place(char *out, size_t cap, const char *file, int line)
{
	snprintf(out, cap, line ? "%s:%d" : "%s", file, line);
}

static void row(struct strbuf *out, const char *left, const char *middle, const char *where)
{
	strbuf_printf(out, "  %-17s %-45s [%s]\n", left, middle, where);
}

static void show_step(struct strbuf *out, const char *left, const struct dialplan_step *step)
{
	char where[300];
	struct strbuf text = STRBUF_EMPTY;
	place(where, sizeof where, step->file, step->line);
	if (step->priority == DIALPLAN_HINT)
		strbuf_printf(&text, "hint: %s", step->app);
	else
		strbuf_printf(&text, "%d. %s(%s)", step->priority, step->app, step->data);
	row(out, left, strbuf_text(&text), where);
	out->failed |= text.failed;
	strbuf_fini(&text);
}

static void show_exten(struct strbuf *out, const struct dp_exten *exten)
{
	struct strbuf left = STRBUF_EMPTY;
	for (size_t i = 0; i < exten->count; i++) {
		const struct dialplan_step *step = &exten->steps[i];
		strbuf_clear(&left);
		if (i == 0 && exten->cid)
			strbuf_printf(&left, "'%s' (CID match '%s') => ", exten->name, exten->cid);
		else if (i == 0)
			strbuf_printf(&left, "'%s' =>", exten->name);
		/* Asterisk has no room for a label of the first priority either. */
		if (i > 0 && step->label)
			strbuf_printf(&left, "   [%s]", step->label);
		show_step(out, strbuf_text(&left), step);
	}
	out->failed |= left.failed;
	strbuf_fini(&left);
}

static void show_list(struct strbuf *out, const char *title, const struct dp_list *list, const char *what_off)
{
	for (size_t i = 0; i < list->count; i++) {
		struct strbuf text = STRBUF_EMPTY;
		strbuf_printf(&text, "'%s'%s", list->items[i].text, list->items[i].off ? what_off : "");
		row(out, title, strbuf_text(&text), "pbx_config");
		strbuf_fini(&text);
	}
}

static void show_header(struct strbuf *out, const struct dp_context *ctx, const char *kind, struct totals *totals)
{
	strbuf_printf(out, "[ %s '%s' created by 'pbx_config' ]\n", kind, ctx->name);
	totals->contexts++;
}

static void count_exten(struct totals *totals, const struct dp_exten *exten)
{
	totals->extensions++;
	totals->priorities += exten->count;
}

static void show_totals(struct strbuf *out, const struct totals *totals)
{
	strbuf_printf(out, "-= %zu %s (%zu %s) in %zu %s. =-\n", totals->extensions, totals->extensions == 1 ? "extension" : "extensions",
		totals->priorities, totals->priorities == 1 ? "priority" : "priorities", totals->contexts,
		totals->contexts == 1 ? "context" : "contexts");
}

static void show_context(struct strbuf *out, const struct dp_context *ctx, struct totals *totals)
{
	show_header(out, ctx, "Context", totals);
	for (size_t i = 0; i < ctx->count; i++) {
		show_exten(out, ctx->extens[i]);
		count_exten(totals, ctx->extens[i]);
	}
	show_list(out, "Include =>", &ctx->includes, " (not supported, off)");
	show_list(out, "Ignore pattern =>", &ctx->ignorepats, "");
	show_list(out, "Alt. Switch =>", &ctx->switches, " (not supported, off)");
	strbuf_add_char(out, '\n');
}

/* What takes a number in one context. */
static void show_matching(struct strbuf *out, const struct dp_context *ctx, const char *kind, const char *number, struct totals *totals)
{
	bool any = false;
	for (size_t i = 0; i < ctx->count; i++) {
		if (!(pattern_match(ctx->extens[i]->key, number) & DIALPLAN_EXISTS))
			continue;
		if (!any)
			show_header(out, ctx, kind, totals);
		any = true;
		show_exten(out, ctx->extens[i]);
		count_exten(totals, ctx->extens[i]);
	}
}

int dialplan_show_exten(const struct dialplan *dp, const char *context, const char *exten, struct strbuf *out)
{
	struct totals totals = {0};
	char number[DIALPLAN_NAME_MAX * 4];
	const struct dp_context *ctx = dp_context_find(dp, context);
	if (!ctx)
		return -ENOENT;
	pattern_strip(number, sizeof number, exten);
	for (size_t i = 0; i < ctx->search_count; i++)
		show_matching(out, ctx->search[i], i == 0 ? "Context" : "Included context", number, &totals);
	if (totals.extensions == 0)
		return -ESRCH;
	strbuf_add_char(out, '\n');
	show_totals(out, &totals);
	return out->failed ? -ENOMEM : 0;
}

int dialplan_show(const struct dialplan *dp, const char *context, struct strbuf *out)
{
	struct totals totals = {0};
	if (context && !dp_context_find(dp, context))
		return -ENOENT;
	for (size_t i = 0; i < dp->count; i++) {
		if (!context || strcmp(dp->contexts[i]->name, context) == 0)
			show_context(out, dp->contexts[i], &totals);
	}
	show_totals(out, &totals);
	return out->failed ? -ENOMEM : 0;
}

static void json_step(struct json *out, const struct dialplan_step *step)
{
	json_object_begin(out, NULL);
	if (step->priority == DIALPLAN_HINT) {
		json_string(out, "hint", step->app);
	} else {
		json_int(out, "priority", step->priority);
		json_string(out, "label", step->label);
		json_string(out, "application", step->app);
		json_string(out, "data", step->data);
	}
	json_string(out, "file", step->file);
	json_int(out, "line", step->line);
	json_object_end(out);
}

static void json_list(struct json *out, const char *name, const struct dp_list *list)
{
	json_array_begin(out, name);
	for (size_t i = 0; i < list->count; i++) {
		json_object_begin(out, NULL);
		json_string(out, "name", list->items[i].text);
		json_bool(out, "supported", !list->items[i].off);
		json_string(out, "file", list->items[i].file);
		json_int(out, "line", list->items[i].line);
		json_object_end(out);
	}
	json_array_end(out);
}

static void json_context(struct json *out, const struct dp_context *ctx)
{
	json_object_begin(out, NULL);
	json_string(out, "name", ctx->name);
	json_array_begin(out, "extensions");
	for (size_t i = 0; i < ctx->count; i++) {
		json_object_begin(out, NULL);
		json_string(out, "extension", ctx->extens[i]->name);
		json_string(out, "callerid", ctx->extens[i]->cid);
		json_array_begin(out, "priorities");
		for (size_t k = 0; k < ctx->extens[i]->count; k++)
			json_step(out, &ctx->extens[i]->steps[k]);
		json_array_end(out);
		json_object_end(out);
	}
	json_array_end(out);
	json_list(out, "includes", &ctx->includes);
	json_list(out, "ignorepats", &ctx->ignorepats);
	json_list(out, "switches", &ctx->switches);
	json_object_end(out);
}

int dialplan_show_json(const struct dialplan *dp, const char *context, struct json *out)
{
	if (context && !dp_context_find(dp, context))
		return -ENOENT;
	json_object_begin(out, NULL);
	json_array_begin(out, "contexts");
	for (size_t i = 0; i < dp->count; i++) {
		if (!context || strcmp(dp->contexts[i]->name, context) == 0)
			json_context(out, dp->contexts[i]);
	}
	json_array_end(out);
	json_object_end(out);
	return 0;
}
