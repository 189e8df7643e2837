#include "config/iax_build.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/* Names of TOS bytes: DSCP classes, and the four of RFC 1349 that old files use. */
static const struct {
	const char *name;
	uint8_t tos;
} tos_names[] = {
    {"cs0", 0x00},        {"cs1", 0x20},      {"cs2", 0x40},  {"cs3", 0x60},  {"cs4", 0x80},     {"cs5", 0xa0},
    {"cs6", 0xc0},        {"cs7", 0xe0},      {"af11", 0x28}, {"af12", 0x30}, {"af13", 0x38},    {"af21", 0x48},
    {"af22", 0x50},       {"af23", 0x58},     {"af31", 0x68}, {"af32", 0x70}, {"af33", 0x78},    {"af41", 0x88},
    {"af42", 0x90},       {"af43", 0x98},     {"ef", 0xb8},   {"none", 0x00}, {"mincost", 0x02}, {"reliability", 0x04},
    {"throughput", 0x08}, {"lowdelay", 0x10},
};

void iax_set_bindport(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	unsigned long port;
	if (!iax_number(setting->value, false, &port) || port < option->min || port > option->max) {
		iax_warn(b, setting, "bindport=%s is ignored: expected a port from %lu to %lu", setting->value, option->min, option->max);
		return;
	}
	if (b->bound) {
		iax_warn(b, setting, "bindport has no effect on the bindaddr lines above it: put it before them");
	}
	b->bindport = (uint16_t)port;
}

void iax_set_bindaddr(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	struct iax_general *general = &b->conf->general;
	struct iax2_addr addr;
	b->bound = true;
	if (iax2_addr_parse(&addr, setting->value, b->bindport) < 0) {
		/* Listening somewhere else than wanted may open a door. */
		diag_add(b->diag, DIAG_ERROR, setting->file, setting->line,
		         "bindaddr=%s: expected an address a.b.c.d[:port] or [v6][:port]", setting->value);
		return;
	}
	for (size_t i = 0; i < general->bind_count; i++) {
		if (iax2_addr_equal(&general->bind[i], &addr)) {
			iax_warn(b, setting, "bindaddr=%s is there already and is ignored", setting->value);
			return;
		}
	}
	struct iax2_addr *bind = arena_grow(b->arena, general->bind, general->bind_count, &b->bind_cap, sizeof(*bind));
	if (!bind) {
		b->no_memory = true;
		return;
	}
	general->bind = bind;
	general->bind[general->bind_count++] = addr;
}

void iax_set_register(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	struct iax_conf *conf = b->conf;
	struct iax_register *registers =
	    arena_grow(b->arena, conf->registers, conf->register_count, &b->register_cap, sizeof(*registers));
	char *text = arena_strdup(b->arena, setting->value);
	if (!registers || !text) {
		b->no_memory = true;
		return;
	}
	conf->registers = registers;
	struct iax_register *reg = &registers[conf->register_count];
	*reg = (struct iax_register){.file = setting->file, .line = setting->line};
	if (iax_register_parse(reg, text) < 0) {
		/* The value has a secret in it: it is not repeated. */
		iax_warn(b, setting, "this register line is ignored: expected register => user[:secret]@host[:port]");
		return;
	}
	if (reg->key) {
		iax_warn(b, setting, "registration as %s at %s: the RSA key in brackets has no effect yet, so a password will be missed",
		         reg->user, reg->host);
	}
	conf->register_count++;
}

void iax_set_autokill(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	unsigned long ms;
	if (conf_bool(setting->value) >= 0 && strcmp(setting->value, "1") != 0) {
		b->conf->general.autokill_ms = conf_bool(setting->value) ? IAX_QUALIFY_DEFAULT_MS : 0;
	} else if (iax_number(setting->value, false, &ms) && ms <= 600000) {
		b->conf->general.autokill_ms = (unsigned)ms;
	} else {
		iax_warn(b, setting, "autokill=%s is ignored: expected yes, no or milliseconds from 0 to 600000", setting->value);
	}
}

void iax_set_tokenoptional(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	const char *bad = setting->value;
	int rc = acl_add(&b->conf->general.calltoken_optional, true, setting->value, setting->file, setting->line, &bad);
	if (rc == -ENOMEM) {
		b->no_memory = true;
	} else if (rc < 0) {
		iax_warn(b, setting, "calltokenoptional: \"%s\" is ignored: expected a.b.c.d, a.b.c.d/length or a.b.c.d/mask", bad);
	}
}

void iax_set_tos(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	unsigned long tos;
	for (size_t i = 0; i < sizeof(tos_names) / sizeof(tos_names[0]); i++) {
		if (strcasecmp(setting->value, tos_names[i].name) == 0) {
			b->conf->general.tos = tos_names[i].tos;
			return;
		}
	}
	if (iax_number(setting->value, true, &tos) && tos <= option->max) {
		b->conf->general.tos = (int)tos;
		return;
	}
	iax_warn(b, setting, "tos=%s is ignored: expected CS0 to CS7, AF11 to AF43, EF, or a number from 0 to 255", setting->value);
}

void iax_general_defaults(struct iax_general *general)
{
	general->endpoint = (struct iax2_config){
	    .token_lifetime_s = 10,
	    .max_calls_per_address = 2048,
	    .max_calls_unvalidated = 8192,
	    .ping_interval_ms = 21000,
	    .lagrq_interval_ms = 10000,
	};
	general->trunk = (struct iax2_trunk_params){.freq_ms = 20, .mtu = 1240, .max_size = 128000};
	general->min_reg_expire_s = 60;
	general->max_reg_expire_s = 60;
	general->shrinkcallerid = true;
}

void iax_general_finish(struct iax_build *b)
{
	struct iax_general *general = &b->conf->general;
	if (general->min_reg_expire_s > general->max_reg_expire_s) {
		diag_add(b->diag, DIAG_WARNING, "iax.conf", 0, "minregexpire=%u is more than maxregexpire=%u, which is used for both",
		         general->min_reg_expire_s, general->max_reg_expire_s);
		general->min_reg_expire_s = general->max_reg_expire_s;
	}
	if (general->bind_count == 0) {
		general->bind = arena_alloc(b->arena, sizeof(*general->bind));
		if (!general->bind) {
			b->no_memory = true;
			return;
		}
		*general->bind = (struct iax2_addr){.family = 4, .port = b->bindport};
		general->bind_count = 1;
	}
}
