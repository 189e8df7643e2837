#include "switch/registry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "switch/core.h"
#include "util/log.h"

static uint16_t line_port(const struct iax_register *line)
{
	return line->port ? line->port : IAX2_PORT;
}

static void begin(struct registration *r)
{
	struct iax2_registration_params params = {.username = r->line->user, .secret = r->line->secret, .user = r};
	int rc = iax2_registration_new(r->sw->ep, &r->reg, &r->path, &params, core_now(r->sw));
	if (rc) {
		log_error("Cannot register as '%s' at %s (%s:%d): %s", r->line->user, r->line->host, r->line->file, r->line->line,
		          iax2_strerror(rc));
	}
}

static void go_to(struct registration *r, const struct iax2_addr *addr)
{
	r->path = io_path(r->sw, addr, NULL);
	if (r->reg) {
		iax2_registration_set_path(r->reg, &r->path, core_now(r->sw));
	} else {
		begin(r);
	}
}

static void on_resolved(const struct iax2_addr *addr, void *arg)
{
	go_to(arg, addr);
}

static void start(struct registration *r)
{
	struct iax2_addr addr = {0};
	if (r->line->key) {
		log_error("Cannot register as '%s' at %s (%s:%d): RSA keys are not supported; use a secret", r->line->user, r->line->host,
		          r->line->file, r->line->line);
		return;
	}
	if (iax2_addr_parse(&addr, r->line->host, line_port(r->line)) == 0) {
		iax2_addr_normalize(&addr);
		go_to(r, &addr);
		return;
	}
	r->hostname = hostname_new(r->sw->loop, &r->sw->timers, r->line->host, line_port(r->line), on_resolved, r);
	if (!r->hostname) {
		log_error("Out of memory: no registration as '%s' at %s", r->line->user, r->line->host);
	}
}

static void stop(struct registration *r, bool release)
{
	if (r->reg) {
		iax2_registration_stop(r->reg, release, core_now(r->sw));
	}
	hostname_del(r->hostname);
	free(r);
}

static bool same_line(const struct iax_register *a, const struct iax_register *b)
{
	const char *as = a->secret ? a->secret : "", *bs = b->secret ? b->secret : "";
	return strcmp(a->user, b->user) == 0 && strcmp(a->host, b->host) == 0 && strcmp(as, bs) == 0 && line_port(a) == line_port(b);
}

static struct registration *find_unclaimed(struct registry *registry, const struct iax_register *line)
{
	for (size_t i = 0; i < registry->count; i++) {
		if (!registry->list[i]->kept && same_line(registry->list[i]->line, line)) {
			registry->list[i]->kept = true;
			return registry->list[i];
		}
	}
	return NULL;
}

int registry_prepare(struct switch_core *sw, const struct iax_conf *conf, struct registry *plan)
{
	*plan = (struct registry){.list = calloc(conf->register_count + 1, sizeof *plan->list)};
	if (!plan->list) {
		return -ENOMEM;
	}
	for (; plan->count < conf->register_count; plan->count++) {
		struct registration *r = find_unclaimed(&sw->registry, &conf->registers[plan->count]);
		if (!r && (r = calloc(1, sizeof *r))) {
			r->sw = sw;
		}
		if (!r) {
			registry_abandon(plan);
			return -ENOMEM;
		}
		plan->list[plan->count] = r;
	}
	return 0;
}

void registry_abandon(struct registry *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		plan->list[i]->kept = false;
		if (!plan->list[i]->line) {
			free(plan->list[i]);
		}
	}
	free(plan->list);
	*plan = (struct registry){0};
}

void registry_commit(struct switch_core *sw, const struct iax_conf *conf, struct registry *plan)
{
	struct registry old = sw->registry;
	sw->registry = *plan;
	*plan = (struct registry){0};
	for (size_t i = 0; i < old.count; i++) {
		if (!old.list[i]->kept) {
			stop(old.list[i], true);
		}
	}
	free(old.list);
	for (size_t i = 0; i < sw->registry.count; i++) {
		struct registration *r = sw->registry.list[i];
		bool fresh = !r->line;
		r->line = &conf->registers[i];
		r->kept = false;
		if (fresh) {
			start(r);
		}
	}
}

void registry_stop(struct switch_core *sw, bool release)
{
	for (size_t i = 0; i < sw->registry.count; i++) {
		stop(sw->registry.list[i], release);
	}
	free(sw->registry.list);
	sw->registry = (struct registry){0};
}

static void report(const struct registration *r, const struct iax2_registration_info *info)
{
	char at[IAX2_ADDR_TEXT], us[IAX2_ADDR_TEXT];
	iax2_addr_format(&r->path.remote, at);
	switch (info->state) {
	case IAX2_REG_REGISTERED:
		log_notice("Registered as '%s' at %s, who sees us as %s, refresh %u s", r->line->user, at,
		           iax2_addr_format(&info->perceived, us), info->refresh_s);
		break;
	case IAX2_REG_REJECTED:
		log_warning("Registration as '%s' at %s (%s:%d) was refused: %s (cause %u)", r->line->user, at, r->line->file,
		            r->line->line, info->text, info->cause);
		break;
	case IAX2_REG_TIMEOUT:
		log_warning("Registration as '%s' at %s (%s:%d): no answer, trying again", r->line->user, at, r->line->file,
		            r->line->line);
		break;
	case IAX2_REG_NO_AUTHENTICATION:
		log_warning("Registration as '%s' at %s (%s:%d): the registrar wants a proof that we cannot give; is the secret missing?",
		            r->line->user, at, r->line->file, r->line->line);
		break;
	default:
		break;
	}
}

/* A refresh passes through the states of a request: only a new outcome is news. */
static bool is_outcome(enum iax2_registration_state state)
{
	return state != IAX2_REG_REQUEST_SENT && state != IAX2_REG_AUTH_SENT && state != IAX2_REG_UNREGISTERED;
}

void registry_on_event(const struct iax2_event *ev)
{
	struct registration *r = ev->user;
	struct iax2_registration_info info;
	iax2_registration_info(ev->registration, &info);
	if (is_outcome(info.state)) {
		if (info.state != r->state) {
			report(r, &info);
		}
		r->state = info.state;
	}
	if (info.state == IAX2_REG_TIMEOUT && r->hostname) {
		hostname_doubt(r->hostname);
	}
}
