#include "config/tandem_conf.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "config/arena.h"
#include "config/conf_file.h"

#define FILE_NAME       "tandem.conf"
#define ASTERISK_SOUNDS "/usr/share/asterisk/sounds"

static const char *const level_names[] = {
    [LOG_LEVEL_ERROR] = "error",     [LOG_LEVEL_WARNING] = "warning", [LOG_LEVEL_NOTICE] = "notice",
    [LOG_LEVEL_VERBOSE] = "verbose", [LOG_LEVEL_DEBUG] = "debug",
};

/* The values as texts, one member per row of the table. */
struct values {
#define TANDEM_OPTION(name, default_text, help) const char *name;
#include "config/tandem_options.def"
#undef TANDEM_OPTION
};

static const struct {
	const char *name;
	size_t offset;
} options[] = {
#define TANDEM_OPTION(name, default_text, help) {#name, offsetof(struct values, name)},
#include "config/tandem_options.def"
#undef TANDEM_OPTION
};

static const struct values defaults = {
#define TANDEM_OPTION(name, default_text, help) .name = default_text,
#include "config/tandem_options.def"
#undef TANDEM_OPTION
};

static const char **value_of(struct values *values, const char *name)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strcasecmp(options[i].name, name) == 0) {
			return (const char **)((char *)values + options[i].offset);
		}
	}
	return NULL;
}

static void read_section(struct values *values, const struct conf_section *section, struct diag *diag)
{
	for (size_t i = 0; i < section->count; i++) {
		const struct conf_setting *setting = &section->settings[i];
		const char **value = value_of(values, setting->key);
		if (value) {
			*value = setting->value;
		} else {
			diag_add(diag, DIAG_WARNING, setting->file, setting->line,
			         "unknown setting \"%s\" is ignored: expected keydir, soundsdir, statedir, rundir, logfile, loglevel, user "
			         "or group",
			         setting->key);
		}
	}
}

static void read_file(struct values *values, const struct conf_file *file, struct diag *diag)
{
	for (size_t i = 0; i < file->count; i++) {
		const struct conf_section *section = &file->sections[i];
		if (strcmp(section->name, "tandem") == 0) {
			read_section(values, section, diag);
		} else if (!section->template_only) {
			diag_add(diag, DIAG_WARNING, section->file, section->line, "unknown section [%s] is ignored: expected [tandem]",
			         section->name);
		}
	}
}

/* A path of its own memory: `name` itself when absolute, otherwise within dir. */
static const char *path_in(struct arena *arena, const char *dir, const char *name)
{
	if (name[0] == '/') {
		return arena_strdup(arena, name);
	}
	size_t dir_len = strlen(dir), len = strlen(name);
	char *path = arena_alloc(arena, dir_len + len + 2);
	if (path) {
		memcpy(path, dir, dir_len);
		path[dir_len] = '/';
		memcpy(path + dir_len + 1, name, len);
	}
	return path;
}

static enum log_level parse_level(const struct conf_file *file, const char *text, struct diag *diag)
{
	for (size_t i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++) {
		if (strcasecmp(level_names[i], text) == 0) {
			return (enum log_level)i;
		}
	}
	const struct conf_section *section = file ? conf_file_section(file, "tandem") : NULL;
	const struct conf_setting *setting = section ? conf_section_get(section, "loglevel") : NULL;
	diag_add(diag, DIAG_WARNING, setting ? setting->file : FILE_NAME, setting ? setting->line : 0,
	         "loglevel=%s is ignored: expected error, warning, notice, verbose or debug", text);
	return LOG_LEVEL_NOTICE;
}

static struct tandem_conf *make(struct arena *arena, const char *dir, const struct values *values, const struct conf_file *file,
                                struct diag *diag)
{
	struct tandem_conf *conf = arena_alloc(arena, sizeof(*conf));
	if (!conf) {
		return NULL;
	}
	conf->arena_ = arena;
	conf->keydir = path_in(arena, dir, *values->keydir ? values->keydir : "keys");
	conf->sounds[0] = path_in(arena, dir, *values->soundsdir ? values->soundsdir : "sounds");
	conf->sounds[1] = *values->soundsdir ? NULL : ASTERISK_SOUNDS;
	conf->statedir = path_in(arena, dir, values->statedir);
	conf->rundir = path_in(arena, dir, values->rundir);
	conf->loglevel = parse_level(file, values->loglevel, diag);
	conf->logfile = *values->logfile ? path_in(arena, dir, values->logfile) : NULL;
	conf->user = *values->user ? arena_strdup(arena, values->user) : NULL;
	conf->group = *values->group ? arena_strdup(arena, values->group) : NULL;
	bool complete = conf->keydir && conf->sounds[0] && conf->statedir && conf->rundir && (!*values->logfile || conf->logfile) &&
	                (!*values->user || conf->user) && (!*values->group || conf->group);
	return complete ? conf : NULL;
}

int tandem_conf_load(struct tandem_conf **out, const char *dir, struct diag *diag)
{
	struct conf_file *file = NULL;
	struct values values = defaults;
	int rc = conf_file_load(&file, dir, FILE_NAME, diag);
	if (rc < 0 && rc != -ENOENT) {
		return rc;
	}
	if (file) {
		read_file(&values, file, diag);
	}
	struct arena *arena = arena_new();
	struct tandem_conf *conf = arena ? make(arena, dir, &values, file, diag) : NULL;
	conf_file_del(file);
	if (!conf) {
		arena_del(arena);
		return -ENOMEM;
	}
	*out = conf;
	return 0;
}

void tandem_conf_del(struct tandem_conf *conf)
{
	if (conf) {
		arena_del(conf->arena_);
	}
}
