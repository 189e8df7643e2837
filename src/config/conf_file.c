#include "config/conf_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/conf_lexer.h"
#include "config/conf_reader.h"

static const char *const true_words[] = {"yes", "true", "y", "t", "1", "on"};
static const char *const false_words[] = {"no", "false", "n", "f", "0", "off"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The form of a section's name by which it is found: "general" in any case is one. */
static const char *lookup_name(const char *name)
{
	return strcasecmp(name, "general") == 0 ? "general" : name;
}

static struct conf_draft *find_draft(struct conf_reader *reader, const char *name)
{
	size_t i;
	return name_index_get(&reader->index, lookup_name(name), &i) ? &reader->drafts[i] : NULL;
}

static struct conf_draft_setting *draft_add(struct conf_reader *reader, struct conf_draft *draft,
                                            const struct conf_setting *setting, bool inherited)
{
	struct conf_draft_setting *settings =
	    arena_grow(reader->scratch, draft->settings, draft->count, &draft->cap, sizeof(*draft->settings));
	if (!settings) {
		reader->no_memory = true;
		return NULL;
	}
	draft->settings = settings;
	draft->settings[draft->count] = (struct conf_draft_setting){.setting = *setting, .inherited = inherited};
	reader->total_settings++;
	return &draft->settings[draft->count++];
}

static bool too_many(struct conf_reader *reader, size_t more, const struct conf_open_file *in, int line_no)
{
	if (more <= CONF_SETTINGS_MAX - reader->total_settings) {
		return false;
	}
	diag_add(reader->diag, DIAG_ERROR, in->name, line_no, "more than %zu settings, counting inherited ones", CONF_SETTINGS_MAX);
	return true;
}

/* Gives `to` the settings of the section `name`.  `to` is an index because the array may move. */
static void inherit(struct conf_reader *reader, size_t to, const char *name, const struct conf_open_file *in, int line_no)
{
	struct conf_draft *from = find_draft(reader, name);
	if (!from || from == &reader->drafts[to]) {
		diag_add(reader->diag, DIAG_ERROR, in->name, line_no, "[%s] inherits from [%s], which is not defined above it",
		         reader->drafts[to].section.name, name);
		return;
	}
	if (too_many(reader, from->count, in, line_no)) {
		return;
	}
	for (size_t i = 0; i < from->count && !reader->no_memory; i++) {
		draft_add(reader, &reader->drafts[to], &from->settings[i].setting, true);
	}
}

static size_t new_section(struct conf_reader *reader, const char *name, const struct conf_open_file *in, int line_no)
{
	struct conf_draft *drafts = arena_grow(reader->scratch, reader->drafts, reader->count, &reader->cap, sizeof(*drafts));
	char *copy = arena_strdup(reader->arena, name);
	size_t ignored;
	if (!drafts || !copy) {
		reader->no_memory = true;
		return CONF_NO_SECTION;
	}
	reader->drafts = drafts;
	drafts[reader->count] = (struct conf_draft){.section = {.name = copy, .file = in->name, .line = line_no}};
	if (!name_index_get(&reader->index, lookup_name(copy), &ignored) &&
	    name_index_put(&reader->index, lookup_name(copy), reader->count) < 0) {
		reader->no_memory = true;
		return CONF_NO_SECTION;
	}
	return reader->count++;
}

/* Works through the list in parentheses: ! + and names.  Returns the section that is open from now on. */
static size_t apply_header(struct conf_reader *reader, const char *name, char *list, const struct conf_open_file *in, int line_no)
{
	bool append = false;
	char *words[64];
	size_t count = 0, section;
	for (char *word; (word = strsep(&list, ","));) {
		word = conf_trim(word);
		if (strcmp(word, "+") == 0) {
			append = true;
		} else if (*word && count < COUNT(words)) {
			words[count++] = word;
		} else if (*word) {
			diag_add(reader->diag, DIAG_ERROR, in->name, line_no, "[%s] inherits from more than 64 sections", name);
			break;
		}
	}
	if (append) {
		struct conf_draft *draft = find_draft(reader, name);
		if (!draft) {
			diag_add(reader->diag, DIAG_ERROR, in->name, line_no, "[%s](+) adds to a section that is not defined above it", name);
		}
		section = draft ? (size_t)(draft - reader->drafts) : new_section(reader, name, in, line_no);
	} else {
		section = new_section(reader, name, in, line_no);
	}
	for (size_t i = 0; i < count && section != CONF_NO_SECTION; i++) {
		if (strcmp(words[i], "!") == 0) {
			reader->drafts[section].section.template_only = true;
		} else {
			inherit(reader, section, words[i], in, line_no);
		}
	}
	return section;
}

static void section_line(struct conf_reader *reader, struct conf_open_file *in, char *line, int line_no)
{
	char *close = strchr(line, ']'), *list = NULL, *rest;
	if (!close) {
		diag_add(reader->diag, DIAG_ERROR, in->name, line_no, "expected ] at the end of the section name: \"%s\"", line);
		return;
	}
	*close = '\0';
	rest = close + 1;
	if (*rest == '(') {
		char *end = strchr(rest, ')');
		if (!end) {
			diag_add(reader->diag, DIAG_ERROR, in->name, line_no, "expected ) after [%s](", line + 1);
			return;
		}
		*end = '\0';
		list = rest + 1;
		rest = end + 1;
	}
	if (!line[1]) {
		diag_add(reader->diag, DIAG_ERROR, in->name, line_no, "expected a name between [ and ]");
		return;
	}
	rest = conf_trim(rest);
	if (*rest) {
		diag_add(reader->diag, DIAG_WARNING, in->name, line_no, "\"%s\" after the section's header is ignored%s", rest,
		         *rest == '(' ? ": no blank may stand before the (" : "");
	}
	in->section = apply_header(reader, line + 1, list, in, line_no);
	reader->last_section = in->section;
}

/* key += value: joined to the value that a template gave.  False when there is none. */
static bool append_inherited(struct conf_reader *reader, struct conf_draft *draft, const struct conf_setting *setting)
{
	for (size_t i = draft->count; i-- > 0;) {
		struct conf_draft_setting *old = &draft->settings[i];
		if (!old->inherited || strcasecmp(old->setting.key, setting->key) != 0) {
			continue;
		}
		size_t old_len = strlen(old->setting.value), len = strlen(setting->value);
		char *joined = arena_alloc(reader->arena, old_len + len + 2);
		if (!joined) {
			reader->no_memory = true;
			return true;
		}
		memcpy(joined, old->setting.value, old_len);
		joined[old_len] = ',';
		memcpy(joined + old_len + 1, setting->value, len);
		old->setting = *setting;
		old->setting.value = joined;
		return true;
	}
	return false;
}

static void setting_line(struct conf_reader *reader, struct conf_open_file *in, char *line, int line_no)
{
	struct conf_setting setting = {.file = in->name, .line = line_no};
	char *value = strchr(line, '=');
	if (!value || value == line) {
		diag_add(reader->diag, DIAG_WARNING, in->name, line_no, "expected \"key = value\", the line is ignored: \"%.60s\"", line);
		return;
	}
	setting.append = value[-1] == '+';
	setting.arrow = value[1] == '>';
	value[setting.append ? -1 : 0] = '\0';
	value += 1 + setting.arrow;
	line = conf_trim(line);
	if (in->section == CONF_NO_SECTION) {
		diag_add(reader->diag, DIAG_ERROR, in->name, line_no, "\"%s\" stands before any section: expected [name] above it", line);
		return;
	}
	if (!*line) {
		diag_add(reader->diag, DIAG_WARNING, in->name, line_no, "expected a name before the = sign, the line is ignored");
		return;
	}
	setting.key = arena_strdup(reader->arena, line);
	setting.value = arena_strdup(reader->arena, conf_trim(value));
	if (!setting.key || !setting.value) {
		reader->no_memory = true;
		return;
	}
	struct conf_draft *draft = &reader->drafts[in->section];
	if (too_many(reader, 1, in, line_no) || (setting.append && append_inherited(reader, draft, &setting))) {
		return;
	}
	draft_add(reader, draft, &setting, false);
}

void conf_reader_line(struct conf_reader *reader, struct conf_open_file *in, char *line, int line_no)
{
	if (*line == '[') {
		section_line(reader, in, line, line_no);
	} else {
		setting_line(reader, in, line, line_no);
	}
}

/* Makes the sections to hand out from the drafts. */
static struct conf_file *finish(struct conf_reader *reader)
{
	struct conf_file *file = arena_alloc(reader->arena, sizeof(*file));
	if (!file) {
		return NULL;
	}
	file->arena_ = reader->arena;
	file->count = reader->count;
	file->sections = arena_alloc(reader->arena, reader->count * sizeof(*file->sections));
	if (!file->sections) {
		return NULL;
	}
	for (size_t i = 0; i < reader->count; i++) {
		const struct conf_draft *draft = &reader->drafts[i];
		struct conf_section *section = &file->sections[i];
		*section = draft->section;
		section->count = draft->count;
		section->settings = arena_alloc(reader->arena, draft->count * sizeof(*section->settings));
		if (!section->settings) {
			return NULL;
		}
		for (size_t k = 0; k < draft->count; k++) {
			section->settings[k] = draft->settings[k].setting;
		}
	}
	return file;
}

int conf_file_load(struct conf_file **out, const char *dir, const char *name, struct diag *diag)
{
	struct conf_reader reader = {.dir = dir, .diag = diag, .last_section = CONF_NO_SECTION};
	struct conf_file *file = NULL;
	size_t errors = diag->errors;
	int rc = -ENOMEM;
	reader.arena = arena_new();
	reader.scratch = arena_new();
	if (reader.arena && reader.scratch) {
		rc = conf_reader_file(&reader, name, NULL, 0);
		if (reader.no_memory) {
			rc = -ENOMEM;
		} else if (rc == 0 && diag->errors > errors) {
			rc = -EINVAL;
		} else if (rc == 0) {
			file = finish(&reader);
			rc = file ? 0 : -ENOMEM;
		}
	}
	name_index_fini(&reader.index);
	arena_del(reader.scratch);
	if (rc < 0) {
		arena_del(reader.arena);
		return rc;
	}
	*out = file;
	return 0;
}

void conf_file_del(struct conf_file *file)
{
	if (file) {
		arena_del(file->arena_);
	}
}

const struct conf_section *conf_file_section(const struct conf_file *file, const char *name)
{
	for (size_t i = 0; i < file->count; i++) {
		if (strcmp(lookup_name(file->sections[i].name), lookup_name(name)) == 0) {
			return &file->sections[i];
		}
	}
	return NULL;
}

const struct conf_setting *conf_section_get(const struct conf_section *section, const char *key)
{
	for (size_t i = section->count; i-- > 0;) {
		if (strcasecmp(section->settings[i].key, key) == 0) {
			return &section->settings[i];
		}
	}
	return NULL;
}

int conf_bool(const char *value)
{
	for (size_t i = 0; i < COUNT(true_words); i++) {
		if (strcasecmp(value, true_words[i]) == 0) {
			return 1;
		}
		if (strcasecmp(value, false_words[i]) == 0) {
			return 0;
		}
	}
	return -1;
}
