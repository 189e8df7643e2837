#include "control/command.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/cmd.h"

const struct command *const command_table[] = {
#define X(name) &cmd_##name,
#include "control/command_table.def"
#undef X
	NULL,
};

/* A line cut into words: quotes hold words together, a backslash takes the next character as it is. */
struct words {
	char text[CONTROL_REQUEST_MAX];
	const char *word[COMMAND_WORDS_MAX + 1];
	size_t count;
	bool open; /* the last word may go on: no space behind it */
	bool too_many;
};

static void words_split(struct words *words, const char *line)
{
	char *out = words->text, *end = words->text + sizeof(words->text) - 1;
	bool quoted = false, in_word = false;

	words->count = 0;
	words->too_many = false;
	for (const char *p = line; *p && out < end; p++) {
		if (isspace((unsigned char)*p) && !quoted) {
			if (in_word) {
				*out++ = '\0';
			}
			in_word = false;
			continue;
		}
		if (!in_word) {
			if (words->count == COMMAND_WORDS_MAX) {
				words->too_many = true;
				break;
			}
			words->word[words->count++] = out;
			in_word = true;
		}
		if (*p == '"') {
			quoted = !quoted;
		} else if (*p == '\\' && p[1]) {
			*out++ = *++p;
		} else {
			*out++ = *p;
		}
	}
	*out = '\0';
	words->open = in_word;
	words->word[words->count] = NULL;
}

/* How many of the words a command is called by stand at the beginning of `words`; *total is how many it has. */
static size_t command_match(const struct command *cmd, const struct words *words, size_t *total)
{
	const char *p = cmd->words;
	size_t matched = 0;
	bool same = true;

	*total = 0;
	while (*p) {
		size_t len = strcspn(p, " ");
		if (same && *total < words->count && strlen(words->word[*total]) == len &&
			strncasecmp(words->word[*total], p, len) == 0) {
			matched++;
		} else {
			same = false;
		}
		++*total;
		p += len + strspn(p + len, " ");
	}
	return matched;
}

/* The command with the most words among those that are there in full. */
static const struct command *command_find(const struct words *words, size_t *used)
{
	const struct command *best = NULL;

	*used = 0;
	for (size_t i = 0; command_table[i]; i++) {
		size_t total, matched = command_match(command_table[i], words, &total);
		if (matched == total && matched > *used) {
			best = command_table[i];
			*used = matched;
		}
	}
	return best;
}

static void finish_line(struct strbuf *out)
{
	if (out->len > 0 && out->text[out->len - 1] != '\n') {
		strbuf_add_char(out, '\n');
	}
}

/* Adds a message as it is wanted: text, or {"error":...}. */
static void add_error(struct strbuf *out, bool json, const char *message)
{
	if (json) {
		struct json j;
		json_init(&j, out);
		json_object_begin(&j, NULL);
		json_string(&j, "error", message);
		json_object_end(&j);
	} else {
		strbuf_add(out, message);
	}
	finish_line(out);
}

static void run_command(const struct command *cmd, struct command_call *call, enum command_result *result)
{
	struct json j;
	bool json = call->json != NULL;

	if (json) {
		json_init(&j, call->out);
		call->json = &j;
	}
	*result = cmd->run(call);
	if (*result == COMMAND_USAGE) {
		command_fail(call, "Usage: %s", cmd->usage);
	}
	if (*result == COMMAND_DONE) {
		if (json) {
			finish_line(call->out);
		}
		return;
	}
	/* The text of the failure is in `out`. */
	char *message = strbuf_steal(call->out);
	if (message && json) {
		message[strcspn(message, "\n")] = '\0';
	}
	add_error(call->out, json, message ? message : "out of memory");
	free(message);
}

enum command_result command_fail(struct command_call *call, const char *fmt, ...)
{
	va_list ap;

	strbuf_clear(call->out);
	va_start(ap, fmt);
	strbuf_vprintf(call->out, fmt, ap);
	va_end(ap);
	return COMMAND_FAILED;
}

enum command_result command_say(struct command_call *call, const char *fmt, ...)
{
	struct strbuf text = STRBUF_EMPTY;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vprintf(&text, fmt, ap);
	va_end(ap);
	if (call->json) {
		json_object_begin(call->json, NULL);
		json_bool(call->json, "ok", true);
		json_string(call->json, "message", strbuf_text(&text));
		json_object_end(call->json);
	} else {
		strbuf_add(call->out, strbuf_text(&text));
		finish_line(call->out);
	}
	strbuf_fini(&text);
	return COMMAND_DONE;
}

void command_join(struct strbuf *out, const struct command_call *call, size_t from)
{
	strbuf_clear(out);
	for (size_t i = from; i < call->argc; i++) {
		strbuf_add(out, i > from ? " " : "");
		strbuf_add(out, call->argv[i]);
	}
}

struct command_like {
	regex_t regex;
};

struct command_like *command_like_new(const char *regex)
{
	struct command_like *like = malloc(sizeof(*like));

	if (like && regcomp(&like->regex, regex, REG_EXTENDED | REG_NOSUB) != 0) {
		free(like);
		like = NULL;
	}
	return like;
}

bool command_like_matches(const struct command_like *like, const char *text)
{
	return !like || regexec(&like->regex, text, 0, NULL, 0) == 0;
}

void command_like_del(struct command_like *like)
{
	if (like) {
		regfree(&like->regex);
		free(like);
	}
}

/* The line without `--json` at its end; true when it was there. */
static bool take_json(struct words *words)
{
	if (words->count == 0 || strcmp(words->word[words->count - 1], "--json") != 0) {
		return false;
	}
	words->word[--words->count] = NULL;
	return true;
}

static void add_unknown(struct strbuf *out, const struct words *words, bool json)
{
	struct strbuf message = STRBUF_EMPTY, line = STRBUF_EMPTY;

	for (size_t i = 0; i < words->count; i++) {
		strbuf_add(&line, i ? " " : "");
		strbuf_add(&line, words->word[i]);
	}
	strbuf_printf(&message, "No such command '%s' (type 'core show help %s' for other possible commands)", strbuf_text(&line),
	              strbuf_text(&line));
	add_error(out, json, strbuf_text(&message));
	strbuf_fini(&message);
	strbuf_fini(&line);
}

enum control_status command_execute(struct control_env *env, const char *line, struct strbuf *out)
{
	struct words words;
	struct strbuf text = STRBUF_EMPTY;
	struct json wanted;
	enum command_result result;
	size_t used;

	words_split(&words, line);
	bool json = take_json(&words);
	if (words.too_many) {
		add_error(out, json, "too many words");
		return CONTROL_FAILED;
	}
	if (words.count == 0) {
		return CONTROL_OK;
	}
	const struct command *cmd = command_find(&words, &used);
	if (!cmd) {
		add_unknown(out, &words, json);
		return CONTROL_UNKNOWN;
	}
	struct command_call call = {
		.env = env, .out = &text, .json = json ? &wanted : NULL, .argv = words.word + used, .argc = words.count - used};
	run_command(cmd, &call, &result);
	if (text.failed) {
		strbuf_clear(&text);
		strbuf_add(&text, "out of memory\n");
		result = COMMAND_FAILED;
	}
	strbuf_add_bytes(out, strbuf_text(&text), text.len);
	strbuf_fini(&text);
	return result == COMMAND_DONE ? CONTROL_OK : CONTROL_FAILED;
}

/* --- completion --- */

struct command_offer {
	struct strbuf *out;
	const char *prefix;
};

static bool already_offered(const struct strbuf *out, const char *word, size_t len)
{
	const char *p = strbuf_text(out);

	while (*p) {
		size_t line = strcspn(p, "\n");
		if (line == len && strncmp(p, word, len) == 0) {
			return true;
		}
		p += line + (p[line] == '\n');
	}
	return false;
}

static void offer_bytes(struct command_offer *offer, const char *word, size_t len)
{
	size_t prefix = strlen(offer->prefix);

	if (len >= prefix && strncasecmp(word, offer->prefix, prefix) == 0 && !already_offered(offer->out, word, len)) {
		strbuf_add_bytes(offer->out, word, len);
		strbuf_add_char(offer->out, '\n');
	}
}

void command_offer(struct command_offer *offer, const char *word)
{
	offer_bytes(offer, word, strlen(word));
}

/* The word number `pos` of a command's words. */
static const char *word_at(const char *words, size_t pos, size_t *len)
{
	while (pos-- > 0) {
		words += strcspn(words, " ");
		words += strspn(words, " ");
	}
	*len = strcspn(words, " ");
	return words;
}

void command_complete(struct control_env *env, const char *line, struct strbuf *out)
{
	struct words words;
	struct command_offer offer = {.out = out, .prefix = ""};

	words_split(&words, line);
	if (words.too_many) {
		return;
	}
	if (words.open) {
		offer.prefix = words.word[--words.count];
		words.word[words.count] = NULL;
	}
	for (size_t i = 0; command_table[i]; i++) {
		size_t total, matched = command_match(command_table[i], &words, &total);
		if (matched == words.count && matched < total) {
			size_t len;
			const char *word = word_at(command_table[i]->words, matched, &len);
			offer_bytes(&offer, word, len);
		} else if (matched == total && command_table[i]->complete) {
			command_table[i]->complete(&offer, env, words.word + total, words.count - total);
		}
	}
}
