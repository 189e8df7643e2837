#include "config/iax_build.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "config/conf_lexer.h"
#include "iax2/call.h"

static char *copy_text(struct iax_build *b, const char *text, size_t len)
{
	char *copy = arena_strndup(b->arena, text, len);
	if (!copy) {
		b->no_memory = true;
	}
	return copy;
}

void iax_set_auth(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	unsigned methods = 0;
	methods |= strcasestr(setting->value, "plaintext") ? IAX2_AUTH_PLAINTEXT : 0;
	methods |= strcasestr(setting->value, "md5") ? IAX2_AUTH_MD5 : 0;
	methods |= strcasestr(setting->value, "rsa") ? IAX2_AUTH_RSA : 0;
	if (!methods) {
		iax_warn(b, setting, "auth=%s is ignored: expected md5, plaintext or rsa", setting->value);
		return;
	}
	if (methods & IAX2_AUTH_RSA) {
		iax_warn(b, setting, "auth=%s: rsa has no effect yet%s", setting->value,
		         methods == IAX2_AUTH_RSA ? ", so no calls and registrations are accepted here" : ", the other methods are used");
	}
	b->draft->auth_given = methods;
}

void iax_set_encryption(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	b->draft->encryption = strcasecmp(setting->value, "aes128") == 0 || conf_bool(setting->value) == 1;
}

void iax_set_forceencryption(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	/* A value that is not understood means "no" only when it says so. */
	b->draft->force_encryption = conf_bool(setting->value) != 0;
}

static void set_peer_secret(struct iax_build *b, const char *value)
{
	const char **secrets = arena_alloc(b->arena, 2 * sizeof(*secrets));
	if (!secrets) {
		b->no_memory = true;
		return;
	}
	secrets[0] = *value ? value : NULL;
	b->draft->entry->secrets = secrets;
	b->draft->secret_count = *value ? 1 : 0;
}

static void add_user_secrets(struct iax_build *b, const char *value)
{
	struct iax_draft *draft = b->draft;
	size_t more = 1;
	for (const char *p = value; *p; p++) {
		more += *p == ';';
	}
	const char **secrets = arena_alloc(b->arena, (draft->secret_count + more + 1) * sizeof(*secrets));
	char *copy = copy_text(b, value, strlen(value));
	if (!secrets || !copy) {
		b->no_memory = true;
		return;
	}
	if (draft->secret_count) {
		memcpy(secrets, draft->entry->secrets, draft->secret_count * sizeof(*secrets));
	}
	for (char *secret; (secret = strsep(&copy, ";"));) {
		if (*secret) {
			secrets[draft->secret_count++] = secret;
		}
	}
	draft->entry->secrets = secrets;
}

void iax_set_secret(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	if (!*setting->value) {
		iax_warn(b, setting, "secret= is empty: that is no secret");
	}
	if (b->draft->kind == IAX_IN_USER) {
		add_user_secrets(b, setting->value);
	} else {
		set_peer_secret(b, setting->value);
	}
}

void iax_set_dbsecret(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	b->draft->dbsecret = *setting->value != '\0';
}

void iax_set_inkeys(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	b->draft->inkeys = *setting->value != '\0';
}

void iax_set_context(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	struct iax_draft *draft = b->draft;
	size_t count = draft->kind == IAX_IN_PEER ? 0 : draft->context_count;
	const char **contexts = draft->entry->contexts;
	/* Room for one more and the NULL behind it. */
	contexts = arena_grow(b->arena, contexts, contexts ? count + 1 : 0, &draft->context_cap, sizeof(*contexts));
	if (!contexts) {
		b->no_memory = true;
		return;
	}
	contexts[count] = setting->value;
	contexts[count + 1] = NULL;
	draft->entry->contexts = contexts;
	draft->context_count = count + 1;
}

void iax_acl_rules(struct iax_build *b, struct acl *acl, bool permit, const struct conf_setting *setting)
{
	const char *bad = setting->value;
	int rc = acl_add(acl, permit, setting->value, setting->file, setting->line, &bad);
	if (rc == -EINVAL) {
		iax_warn(
		    b, setting,
		    "%s: \"%.*s\" is no network: expected a.b.c.d, a.b.c.d/length or a.b.c.d/mask; to be safe, every address is refused",
		    setting->key, (int)strcspn(bad, ","), bad);
		struct acl *closed = acl_add_list(acl);
		rc = closed ? acl_add_all(closed, false, setting->file, setting->line) : -ENOMEM;
	}
	b->no_memory |= rc < 0;
}

void iax_set_permit(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	iax_acl_rules(b, &b->draft->entry->acl, true, setting);
}

void iax_set_deny(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	iax_acl_rules(b, &b->draft->entry->acl, false, setting);
}

/* Fills a list with the rules of a section of acl.conf. */
static void named_rules(struct iax_build *b, struct acl *list, const struct conf_section *section)
{
	for (size_t i = 0; i < section->count; i++) {
		const struct conf_setting *setting = &section->settings[i];
		if (strcasecmp(setting->key, "permit") == 0 || strcasecmp(setting->key, "deny") == 0) {
			iax_acl_rules(b, list, strcasecmp(setting->key, "permit") == 0, setting);
		} else {
			iax_warn(b, setting, "unknown option \"%s\" is ignored: expected permit or deny", setting->key);
		}
	}
}

void iax_set_acl(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	char *names = copy_text(b, setting->value, strlen(setting->value));
	for (char *name; names && (name = strsep(&names, ","));) {
		name = conf_trim(name);
		const struct conf_section *section = b->acl_conf ? conf_file_section(b->acl_conf, name) : NULL;
		struct acl *list = acl_add_list(&b->draft->entry->acl);
		if (!list) {
			b->no_memory = true;
			return;
		}
		if (section && !section->template_only) {
			named_rules(b, list, section);
			continue;
		}
		iax_warn(b, setting, "acl=%s: there is no section [%s] in acl.conf; to be safe, every address is refused", name, name);
		b->no_memory |= acl_add_all(list, false, setting->file, setting->line) < 0;
	}
}

/* Digits and what people write between them. */
static bool looks_like_number(const char *text)
{
	return *text && strspn(text, "0123456789*#+()-. ") == strlen(text);
}

static char *unquote(char *text)
{
	text = conf_trim(text);
	size_t len = strlen(text);
	if (len >= 2 && text[0] == '"' && text[len - 1] == '"') {
		text[len - 1] = '\0';
		text++;
	}
	return text;
}

void iax_set_callerid(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	struct iax_entry *entry = b->draft->entry;
	entry->callerid_name = entry->callerid_number = NULL;
	if (!*setting->value || strcasecmp(setting->value, "asreceived") == 0) {
		return;
	}
	char *text = copy_text(b, setting->value, strlen(setting->value));
	if (!text) {
		return;
	}
	char *open = strrchr(text, '<'), *close = open ? strchr(open, '>') : NULL;
	if (open && !close) {
		iax_warn(b, setting, "callerid: expected > after the number: \"Name\" <number>");
	}
	if (close) {
		*open = *close = '\0';
		entry->callerid_number = conf_trim(open + 1);
	} else if (looks_like_number(text)) {
		entry->callerid_number = text;
		return;
	}
	text = unquote(text);
	entry->callerid_name = *text ? text : NULL;
}

void iax_set_setvar(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	struct iax_entry *entry = b->draft->entry;
	const char *equals = strchr(setting->value, '=');
	if (!equals || equals == setting->value) {
		iax_warn(b, setting, "setvar=%s is ignored: expected setvar=name=value", setting->value);
		return;
	}
	struct iax_setvar *setvars =
	    arena_grow(b->arena, entry->setvars, entry->setvar_count, &b->draft->setvar_cap, sizeof(*setvars));
	char *name = copy_text(b, setting->value, (size_t)(equals - setting->value));
	if (!setvars || !name) {
		b->no_memory = true;
		return;
	}
	entry->setvars = setvars;
	entry->setvars[entry->setvar_count++] =
	    (struct iax_setvar){.name = conf_trim(name), .value = equals + 1 + strspn(equals + 1, " \t")};
}

void iax_set_host(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	struct iax_entry *entry = b->draft->entry;
	entry->dynamic = strcasecmp(setting->value, "dynamic") == 0;
	entry->host = entry->dynamic || !*setting->value ? NULL : setting->value;
}

void iax_set_qualify(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	unsigned *max_ms = &b->draft->entry->qualify_max_ms;
	unsigned long ms;
	if (conf_bool(setting->value) >= 0 && strcmp(setting->value, "1") != 0) {
		*max_ms = conf_bool(setting->value) ? IAX_QUALIFY_DEFAULT_MS : 0;
	} else if (iax_number(setting->value, false, &ms) && ms <= option->max) {
		*max_ms = (unsigned)ms;
	} else {
		iax_warn(b, setting, "qualify=%s is ignored: expected yes, no or milliseconds from 0 to %lu", setting->value,
		         option->max);
	}
}

/* Why an entry gets no calls: it wants something of which we cannot give the safe half. */
static const char *refusal(const struct iax_draft *draft)
{
	if (draft->force_encryption) {
		return "forceencryption is set and encryption is not supported yet";
	}
	if (draft->dbsecret) {
		return "dbsecret is set and the key database is not supported yet";
	}
	if (draft->auth_given == IAX2_AUTH_RSA) {
		return "auth=rsa is set and RSA is not supported yet";
	}
	if (draft->inkeys && draft->secret_count == 0) {
		return "inkeys is set, there is no secret, and RSA is not supported yet";
	}
	return NULL;
}

void iax_entry_finish(struct iax_build *b, struct iax_draft *draft)
{
	struct iax_entry *entry = draft->entry;
	static const char *no_strings[] = {NULL};
	static const char *default_context[] = {"default", NULL};
	const unsigned usable = draft->auth_given & (IAX2_AUTH_MD5 | IAX2_AUTH_PLAINTEXT);
	entry->auth = usable ? usable : IAX2_AUTH_MD5;
	entry->secrets = entry->secrets ? entry->secrets : no_strings;
	if (!entry->contexts) {
		entry->contexts = draft->kind == IAX_IN_USER ? default_context : no_strings;
	}
	entry->refused = refusal(draft);
	if (entry->refused) {
		diag_add(b->diag, DIAG_WARNING, entry->file, entry->line, "[%s] as %s accepts no calls and registrations: %s",
		         entry->name, draft->kind == IAX_IN_USER ? "user" : "peer", entry->refused);
	} else if (draft->kind == IAX_IN_USER && draft->secret_count == 0 && entry->acl.count == 0 && !entry->acl.also) {
		diag_add(b->diag, DIAG_NOTICE, entry->file, entry->line,
		         "[%s] has neither secret nor permit and deny: anybody may call into context %s as it", entry->name,
		         entry->contexts[0]);
	}
	if (draft->kind == IAX_IN_PEER && !entry->host && !entry->dynamic) {
		diag_add(b->diag, DIAG_WARNING, entry->file, entry->line, "[%s] has no host=: it can not be called and can not register",
		         entry->name);
	}
}
