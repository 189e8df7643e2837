#include "config/iax_conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/iax_build.h"

#define FILE_NAME "iax.conf"

/* What iax_conf.arena_ points to: everything that one load holds. */
struct iax_memory {
	struct arena *arena;
	struct conf_file *file, *acl_file; /* the strings of settings stay where they were read */
	struct name_index users, peers;
};

bool iax_number(const char *text, bool hex, unsigned long *value)
{
	int base = hex && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
	char *end;
	if (*text < '0' || *text > '9') {
		return false;
	}
	errno = 0;
	*value = strtoul(text, &end, base);
	return *end == '\0' && errno == 0;
}

bool iax_bool_value(struct iax_build *b, const struct conf_setting *setting)
{
	int value = conf_bool(setting->value);
	if (value < 0) {
		iax_warn(b, setting, "%s=%s is taken as no: expected yes or no", setting->key, setting->value);
	}
	return value == 1;
}

/* Where the value of an option goes. */
static void *target(struct iax_build *b, const struct iax_option *option)
{
	char *base = option->target == IAX_TARGET_GENERAL ? (char *)&b->conf->general : (char *)b->draft->entry;
	return base + option->offset;
}

static bool number_in_range(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting,
                            unsigned long *number)
{
	if (iax_number(setting->value, false, number) && *number >= option->min && *number <= option->max) {
		return true;
	}
	iax_warn(b, setting, "%s=%s is ignored: expected a number from %lu to %lu (%s)", setting->key, setting->value, option->min,
	         option->max, option->unit);
	return false;
}

static void set_none(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)b;
	(void)option;
	(void)setting;
}

static void set_bool(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	*(bool *)target(b, option) = iax_bool_value(b, setting);
}

static void set_number(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	unsigned long number;
	if (number_in_range(b, option, setting, &number)) {
		*(unsigned *)target(b, option) = (unsigned)number;
	}
}

static void set_seconds(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	unsigned long number;
	if (number_in_range(b, option, setting, &number)) {
		*(uint32_t *)target(b, option) = (uint32_t)number * 1000;
	}
}

static void set_port(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	unsigned long number;
	if (number_in_range(b, option, setting, &number)) {
		*(uint16_t *)target(b, option) = (uint16_t)number;
	}
}

static void set_trunkmtu(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	if (strcmp(setting->value, "0") == 0) {
		*(uint32_t *)target(b, option) = 0;
	} else {
		set_number(b, option, setting);
	}
}

static void set_text(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	*(const char **)target(b, option) = *setting->value ? setting->value : NULL;
}

static void set_tristate(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	enum iax_tristate *value = target(b, option);
	if (strcasecmp(setting->value, "auto") == 0) {
		*value = IAX_AUTO;
	} else if (conf_bool(setting->value) >= 0) {
		*value = conf_bool(setting->value) ? IAX_YES : IAX_NO;
	} else {
		iax_warn(b, setting, "%s=%s is taken as yes: expected yes, no or auto", setting->key, setting->value);
		*value = IAX_YES;
	}
}

static const iax_set_fn setters[] = {
    [IAX_TYPE_NONE] = set_none,
    [IAX_TYPE_BOOL] = set_bool,
    [IAX_TYPE_NUMBER] = set_number,
    [IAX_TYPE_SECONDS] = set_seconds,
    [IAX_TYPE_PORT] = set_port,
    [IAX_TYPE_TEXT] = set_text,
    [IAX_TYPE_TRISTATE] = set_tristate,
    [IAX_TYPE_BINDPORT] = iax_set_bindport,
    [IAX_TYPE_BINDADDR] = iax_set_bindaddr,
    [IAX_TYPE_BANDWIDTH] = iax_set_bandwidth,
    [IAX_TYPE_ALLOW] = iax_set_allow,
    [IAX_TYPE_DISALLOW] = iax_set_disallow,
    [IAX_TYPE_CODECPRIORITY] = iax_set_codecpriority,
    [IAX_TYPE_AUTH] = iax_set_auth,
    [IAX_TYPE_ENCRYPTION] = iax_set_encryption,
    [IAX_TYPE_FORCEENCRYPTION] = iax_set_forceencryption,
    [IAX_TYPE_REGISTER] = iax_set_register,
    [IAX_TYPE_AUTOKILL] = iax_set_autokill,
    [IAX_TYPE_TOKENOPTIONAL] = iax_set_tokenoptional,
    [IAX_TYPE_TRUNKMTU] = set_trunkmtu,
    [IAX_TYPE_TOS] = iax_set_tos,
    [IAX_TYPE_SECRET] = iax_set_secret,
    [IAX_TYPE_DBSECRET] = iax_set_dbsecret,
    [IAX_TYPE_INKEYS] = iax_set_inkeys,
    [IAX_TYPE_CONTEXT] = iax_set_context,
    [IAX_TYPE_PERMIT] = iax_set_permit,
    [IAX_TYPE_DENY] = iax_set_deny,
    [IAX_TYPE_ACL] = iax_set_acl,
    [IAX_TYPE_CALLERID] = iax_set_callerid,
    [IAX_TYPE_SETVAR] = iax_set_setvar,
    [IAX_TYPE_HOST] = iax_set_host,
    [IAX_TYPE_QUALIFY] = iax_set_qualify,
};

/* Is this value one that asks for nothing we don't do anyway? */
static bool is_harmless(const struct iax_option *option, const char *value)
{
	if (!option->harmless) {
		return false;
	}
	return strcmp(option->harmless, "*") == 0 || strcasecmp(option->harmless, value) == 0 ||
	       (conf_bool(value) >= 0 && conf_bool(value) == conf_bool(option->harmless));
}

static void report_unknown(struct iax_build *b, unsigned where, const struct conf_setting *setting)
{
	const char *nearest = iax_option_nearest(setting->key, where);
	bool general = where == IAX_IN_GENERAL;
	if (iax_option_find(setting->key, general ? IAX_IN_USER | IAX_IN_PEER : IAX_IN_GENERAL)) {
		iax_warn(b, setting, "%s has no effect here: it belongs in %s", setting->key,
		         general ? "the sections of users and peers" : "[general]");
	} else if (nearest) {
		iax_warn(b, setting, "unknown option \"%s\" is ignored: did you mean %s?", setting->key, nearest);
	} else {
		iax_warn(b, setting, "unknown option \"%s\" is ignored", setting->key);
	}
}

/* Applies one setting.  `where` is the place it belongs to, `section` all that its section is (a friend is two). */
static void apply_setting(struct iax_build *b, unsigned where, unsigned section, const struct conf_setting *setting)
{
	const struct iax_option *option = iax_option_find(setting->key, where);
	if (!option) {
		/* What only the other half of a friend knows was or will be reported there. */
		if (!iax_option_find(setting->key, section)) {
			if (iax_option_find(setting->key, IAX_IN_USER | IAX_IN_PEER) && section != IAX_IN_GENERAL) {
				iax_warn(b, setting, "%s has no effect in a section of type=%s", setting->key,
				         section == IAX_IN_USER ? "user" : "peer");
			} else {
				report_unknown(b, section, setting);
			}
		}
		return;
	}
	b->silent = b->silent && (option->where & IAX_IN_USER);
	if (option->support != IAX_OPTION_NOW && !is_harmless(option, setting->value)) {
		iax_warn(b, setting, option->support == IAX_OPTION_LATER ? "%s has no effect yet (%s)" : "%s has no effect (%s)",
		         setting->key, option->help);
	}
	setters[option->type](b, option, setting);
}

static void apply_section(struct iax_build *b, unsigned where, unsigned kinds, const struct conf_section *section)
{
	for (size_t i = 0; i < section->count && !b->no_memory; i++) {
		b->silent = where == IAX_IN_PEER && (kinds & IAX_IN_USER);
		apply_setting(b, where, kinds, &section->settings[i]);
	}
	b->silent = false;
}

static bool is_general(const struct conf_section *section)
{
	return strcasecmp(section->name, "general") == 0;
}

static void apply_general(struct iax_build *b, const struct conf_file *file, struct iax_draft *defaults)
{
	const struct conf_section *first = NULL;
	b->draft = defaults;
	iax2_prefs_apply(&defaults->entry->prefs, true, "all", NULL);
	const struct conf_setting preset = {.key = "bandwidth", .value = "high", .file = FILE_NAME};
	iax_set_bandwidth(b, NULL, &preset);
	for (size_t i = 0; i < file->count; i++) {
		const struct conf_section *section = &file->sections[i];
		if (!is_general(section) || section->template_only) {
			continue;
		}
		if (first) {
			diag_add(b->diag, DIAG_WARNING, section->file, section->line,
			         "[general] again, first at %s:%d: both are used here, Asterisk "
			         "uses the first alone",
			         first->file, first->line);
		}
		first = first ? first : section;
		apply_section(b, IAX_IN_GENERAL, IAX_IN_GENERAL, section);
	}
	iax_general_finish(b);
}

/* What type= says, as IAX_IN_ bits; 0 with a message when it says nothing useful. */
static unsigned section_kinds(struct iax_build *b, const struct conf_section *section)
{
	static const struct {
		const char *word;
		unsigned kinds;
	} types[] = {{"user", IAX_IN_USER}, {"peer", IAX_IN_PEER}, {"friend", IAX_IN_USER | IAX_IN_PEER}};
	const struct conf_setting *type = conf_section_get(section, "type");
	if (!type) {
		diag_add(b->diag, DIAG_WARNING, section->file, section->line, "[%s] is skipped: expected type=friend, user or peer in it",
		         section->name);
		return 0;
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcasecmp(type->value, types[i].word) == 0) {
			return types[i].kinds;
		}
	}
	diag_add(b->diag, DIAG_WARNING, type->file, type->line, "[%s] is skipped: type=%s, expected friend, user or peer",
	         section->name, type->value);
	return 0;
}

/* The users or the peers while they are collected. */
struct iax_kind {
	unsigned kind;
	struct iax_draft *drafts;
	size_t count, cap;
	struct name_index *index;
};

/* A new entry that starts from what [general] says. */
static struct iax_draft *new_draft(struct iax_build *b, struct iax_kind *kind, const struct conf_section *section,
                                   const struct iax_draft *defaults)
{
	struct iax_draft *drafts = arena_grow(b->arena, kind->drafts, kind->count, &kind->cap, sizeof(*drafts));
	struct iax_entry *entry = arena_alloc(b->arena, sizeof(*entry));
	if (!drafts || !entry || name_index_put(kind->index, section->name, kind->count) < 0) {
		b->no_memory = true;
		return NULL;
	}
	kind->drafts = drafts;
	struct iax_draft *draft = &drafts[kind->count++];
	*draft = *defaults;
	*entry = *defaults->entry;
	entry->name = section->name;
	entry->file = section->file;
	entry->line = section->line;
	draft->entry = entry;
	draft->kind = kind->kind;
	return draft;
}

static void apply_entry(struct iax_build *b, struct iax_kind *kind, unsigned kinds, const struct conf_section *section,
                        const struct iax_draft *defaults)
{
	size_t i;
	struct iax_draft *draft;
	if (!(kinds & kind->kind) || b->no_memory) {
		return;
	}
	if (name_index_get(kind->index, section->name, &i)) {
		draft = &kind->drafts[i];
		diag_add(b->diag, DIAG_WARNING, section->file, section->line,
		         "[%s] again, first at %s:%d: both are used for the same entry", section->name, draft->entry->file,
		         draft->entry->line);
	} else {
		draft = new_draft(b, kind, section, defaults);
	}
	b->draft = draft;
	if (draft) {
		apply_section(b, kind->kind, kinds, section);
	}
}

static struct iax_entry **finish_kind(struct iax_build *b, struct iax_kind *kind, size_t *count)
{
	struct iax_entry **entries = arena_alloc(b->arena, (kind->count + 1) * sizeof(struct iax_entry *));
	if (!entries) {
		b->no_memory = true;
		return NULL;
	}
	for (size_t i = 0; i < kind->count; i++) {
		iax_entry_finish(b, &kind->drafts[i]);
		entries[i] = kind->drafts[i].entry;
	}
	*count = kind->count;
	return entries;
}

static void build(struct iax_build *b, struct iax_memory *memory)
{
	struct iax_entry general_entry = {
	    .max_auth_requests = 3, .port = IAX2_PORT, .qualify_freq_ok_ms = 60000, .qualify_freq_notok_ms = 10000};
	struct iax_draft defaults = {.entry = &general_entry, .kind = IAX_IN_GENERAL};
	struct iax_kind users = {.kind = IAX_IN_USER, .index = &memory->users},
	                peers = {.kind = IAX_IN_PEER, .index = &memory->peers};
	iax_general_defaults(&b->conf->general);
	apply_general(b, memory->file, &defaults);
	for (size_t i = 0; i < memory->file->count && !b->no_memory; i++) {
		const struct conf_section *section = &memory->file->sections[i];
		if (is_general(section) || section->template_only) {
			continue;
		}
		if (strcasecmp(section->name, "callnumberlimits") == 0) {
			diag_add(b->diag, DIAG_WARNING, section->file, section->line,
			         "[callnumberlimits] has no effect yet: maxcallnumbers in [general] holds for all addresses");
			continue;
		}
		unsigned kinds = section_kinds(b, section);
		apply_entry(b, &users, kinds, section, &defaults);
		apply_entry(b, &peers, kinds, section, &defaults);
	}
	if (!b->no_memory) {
		b->conf->users = finish_kind(b, &users, &b->conf->user_count);
		b->conf->peers = finish_kind(b, &peers, &b->conf->peer_count);
	}
	/* Lists of entries that were never handed out. */
	for (size_t i = 0; b->no_memory && i < users.count; i++) {
		acl_fini(&users.drafts[i].entry->acl);
	}
	for (size_t i = 0; b->no_memory && i < peers.count; i++) {
		acl_fini(&peers.drafts[i].entry->acl);
	}
	if (b->no_memory) {
		b->conf->user_count = b->conf->peer_count = 0;
	}
}

static struct iax_conf *conf_new(void)
{
	struct iax_conf *conf = calloc(1, sizeof(*conf));
	struct iax_memory *memory = calloc(1, sizeof(*memory));
	struct arena *arena = arena_new();
	if (!conf || !memory || !arena) {
		free(conf);
		free(memory);
		arena_del(arena);
		return NULL;
	}
	memory->arena = arena;
	conf->arena_ = memory;
	return conf;
}

int iax_conf_load(struct iax_conf **out, const char *dir, struct diag *diag)
{
	size_t errors = diag->errors;
	struct iax_conf *conf = conf_new();
	if (!conf) {
		return -ENOMEM;
	}
	struct iax_memory *memory = conf->arena_;
	int rc = conf_file_load(&memory->file, dir, FILE_NAME, diag);
	if (rc == 0) {
		rc = conf_file_load(&memory->acl_file, dir, "acl.conf", diag);
		rc = rc == -ENOENT ? 0 : rc;
	}
	if (rc == 0) {
		struct iax_build b = {
		    .conf = conf, .arena = memory->arena, .diag = diag, .acl_conf = memory->acl_file, .bindport = IAX2_PORT};
		build(&b, memory);
		rc = b.no_memory ? -ENOMEM : diag->errors > errors ? -EINVAL : 0;
	}
	if (rc < 0) {
		iax_conf_del(conf);
		return rc;
	}
	*out = conf;
	return 0;
}

void iax_conf_del(struct iax_conf *conf)
{
	if (!conf) {
		return;
	}
	struct iax_memory *memory = conf->arena_;
	for (size_t i = 0; i < conf->user_count; i++) {
		acl_fini(&conf->users[i]->acl);
	}
	for (size_t i = 0; i < conf->peer_count; i++) {
		acl_fini(&conf->peers[i]->acl);
	}
	acl_fini(&conf->general.calltoken_optional);
	name_index_fini(&memory->users);
	name_index_fini(&memory->peers);
	conf_file_del(memory->file);
	conf_file_del(memory->acl_file);
	arena_del(memory->arena);
	free(memory);
	free(conf);
}

const struct iax_entry *iax_conf_user(const struct iax_conf *conf, const char *name)
{
	const struct iax_memory *memory = conf->arena_;
	size_t i;
	return name_index_get(&memory->users, name, &i) ? conf->users[i] : NULL;
}

const struct iax_entry *iax_conf_peer(const struct iax_conf *conf, const char *name)
{
	const struct iax_memory *memory = conf->arena_;
	size_t i;
	return name_index_get(&memory->peers, name, &i) ? conf->peers[i] : NULL;
}
