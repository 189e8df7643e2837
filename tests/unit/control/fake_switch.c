#include "fake_switch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

char fake_did[256];
int fake_result;
bool fake_empty;

static struct switch_core *const fake = (struct switch_core *)fake_did;
static struct iax2_prefs prefs = {.count = 2, .bit = {IAX2_BIT_ULAW, IAX2_BIT_ALAW}};

static const struct peer_record peers[] = {
	{.name = "office-b",
     .username = "office-a",
     .context = "from-iax",
     .host_ip = "10.2.2.20",
     .mask = "255.255.255.255",
     .port = 4569,
     .trunk = true,
     .acl = true,
     .secret_set = true,
     .monitored = true,
     .require_token = "No",
     .status = "OK (9 ms)",
     .last_ms = 9,
     .expire_s = -1,
     .qualify_freq_ok_ms = 60000,
     .qualify_freq_notok_ms = 10000,
     .formats = IAX2_FORMAT_ULAW | IAX2_FORMAT_ALAW,
     .prefs = &prefs},
	{.name = "dyn",
     .dynamic = true,
     .monitored = true,
     .require_token = "No",
     .status = "UNKNOWN",
     .expire_s = -1,
     .qualify_freq_ok_ms = 60000,
     .qualify_freq_notok_ms = 10000,
     .formats = IAX2_FORMAT_ULAW | IAX2_FORMAT_ALAW,
     .prefs = &prefs},
	{.name = "lagged",
     .description = "Head office",
     .host_ip = "10.2.2.21",
     .mask = "255.255.255.255",
     .port = 4570,
     .encryption = true,
     .monitored = true,
     .require_token = "Yes",
     .status = "LAGGED (11098 ms)",
     .last_ms = 11098,
     .expire_s = 30,
     .max_calls = 10,
     .callerid_name = "Office B",
     .callerid_number = "3000",
     .mailbox = "300@default",
     .qualify_smoothing = true,
     .default_ip = "10.9.9.9"},
	{.name = "trk",
     .host_ip = "127.0.0.1",
     .port = 6001,
     .trunk = true,
     .status = "Unmonitored",
     .expire_s = -1},
};

void switch_each_peer(struct switch_core *sw, void (*fn)(const struct peer_record *r, void *arg), void *arg)
{
	(void)sw;
	for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]) && !fake_empty; i++) {
		fn(&peers[i], arg);
	}
}

bool switch_peer(struct switch_core *sw, const char *name, struct peer_record *out)
{
	(void)sw;
	for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
		if (strcmp(peers[i].name, name) == 0) {
			*out = peers[i];
			return true;
		}
	}
	return false;
}

void switch_each_user(struct switch_core *sw, void (*fn)(const struct user_record *r, void *arg), void *arg)
{
	static const struct user_record users[] = {
		{.name = "dyn", .context = "default", .auth = IAX2_AUTH_MD5},
		{.name = "office-b", .context = "from-iax", .secret_set = true, .acl = true, .auth = IAX2_AUTH_MD5},
		{.name = "plainuser",
	     .context = "default",
	     .secret_set = true,
	     .auth = IAX2_AUTH_MD5 | IAX2_AUTH_RSA,
	     .priority = IAX2_PRIORITY_REQONLY},
	};

	(void)sw;
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]) && !fake_empty; i++) {
		fn(&users[i], arg);
	}
}

void switch_each_registration(struct switch_core *sw, void (*fn)(const struct registry_record *r, void *arg), void *arg)
{
	static const struct registry_record registrations[] = {
		{.host = "10.2.2.20:4569", .username = "branch-a", .perceived = "10.1.1.10:4569", .refresh_s = 60, .state = "Registered"},
		{.host = "10.9.9.9:4569",
	     .username = "branch-a",
	     .perceived = "<Unregistered>",
	     .refresh_s = 60,
	     .state = "Request Sent",
	     .dnsmgr = true},
	};

	(void)sw;
	for (size_t i = 0; i < sizeof(registrations) / sizeof(registrations[0]) && !fake_empty; i++) {
		fn(&registrations[i], arg);
	}
}

void switch_each_leg(struct switch_core *sw, void (*fn)(const struct leg_record *r, void *arg), void *arg)
{
	static const struct leg_record legs[] = {
		{.channel = "IAX2/office-b-19585",
	     .peer_ip = "10.2.2.20",
	     .username = "office-a",
	     .info = {.state = "Up",
	              .callno = 19585,
	              .remote_callno = 586,
	              .oseqno = 9,
	              .iseqno = 12,
	              .format = IAX2_FORMAT_ULAW,
	              .rtt_ms = 3,
	              .lag_ms = 40,
	              .local = {.jitter_ms = -1, .lost = -1, .loss_percent = -1, .out_of_order = -1, .packets = 1999},
	              .remote = {.delay_ms = 40},
	              .first_command = 1,
	              .last_command = 4,
	              .first_sent = true}},
		{.channel = NULL,
	     .peer_ip = "10.9.9.9",
	     .username = NULL,
	     .info = {.state = "NewSent",
	              .callno = 5500,
	              .oseqno = 1,
	              .rtt_ms = -1,
	              .lag_ms = -1,
	              .local = {.jitter_ms = -1, .lost = -1, .loss_percent = -1, .out_of_order = -1},
	              .first_command = 13,
	              .last_command = 13,
	              .first_sent = true,
	              .last_sent = true}},
	};

	(void)sw;
	for (size_t i = 0; i < sizeof(legs) / sizeof(legs[0]) && !fake_empty; i++) {
		fn(&legs[i], arg);
	}
}

void switch_each_channel(struct switch_core *sw, void (*fn)(const struct channel *ch, void *arg), void *arg)
{
	static struct channel a = {.name = "IAX2/office-b-19585",
	                           .uniqueid = "1795245194.1",
	                           .state = CHANNEL_UP,
	                           .context = "do",
	                           .exten = "t3r",
	                           .priority = 2,
	                           .app = "Wait",
	                           .app_data = "27",
	                           .caller_number = "200",
	                           .created = 99935 * IAX2_NS_PER_S};
	static struct channel b = {.name = "Local/300@from-iax-1;2",
	                           .uniqueid = "1795245194.2",
	                           .state = CHANNEL_RINGING,
	                           .created = 100000 * IAX2_NS_PER_S};

	(void)sw;
	a.run = (struct run *)&a;
	a.bridged = &b;
	if (!fake_empty) {
		fn(&a, arg);
		fn(&b, arg);
	}
}

unsigned switch_calls_processed(const struct switch_core *sw)
{
	(void)sw;
	return fake_empty ? 0 : 1;
}

int switch_originate_app(struct switch_core *sw, const char *dest, const char *app, const char *data, const char **why)
{
	(void)sw;
	snprintf(fake_did, sizeof(fake_did), "app %s|%s|%s", dest, app, data);
	*why = "peer is not known";
	return fake_result;
}

int switch_originate_exten(struct switch_core *sw, const char *dest, const char *exten, const char *context, const char **why)
{
	(void)sw;
	snprintf(fake_did, sizeof(fake_did), "exten %s|%s|%s", dest, exten, context);
	*why = "no such context";
	return fake_result;
}

unsigned switch_hangup(struct switch_core *sw, const char *name)
{
	(void)sw;
	snprintf(fake_did, sizeof(fake_did), "hangup %s", name);
	return strcmp(name, "all") == 0 ? 2 : strcmp(name, "IAX2/office-b-19585") == 0;
}

void switch_debug(struct switch_core *sw, bool on)
{
	(void)sw;
	snprintf(fake_did, sizeof(fake_did), "debug %d", on);
}

int switch_debug_peer(struct switch_core *sw, const char *peer)
{
	(void)sw;
	snprintf(fake_did, sizeof(fake_did), "debug %s", peer);
	return 0;
}

void switch_stats(struct switch_core *sw, struct iax2_stats *stats)
{
	(void)sw;
	*stats = (struct iax2_stats){.rx_datagrams = 7, .tx_trunk_frames = 1158, .unacked = 3, .legs = 2, .no_memory = 1};
}

struct pbx *switch_pbx(struct switch_core *sw)
{
	static struct pbx pbx;

	(void)sw;
	return &pbx;
}

int dialplan_show(const struct dialplan *dp, const char *context, struct strbuf *out)
{
	(void)dp;
	if (context && strcmp(context, "from-iax") != 0) {
		return -ENOENT;
	}
	strbuf_printf(out, "[ Context '%s' ]\n", context ? context : "all");
	return 0;
}

int dialplan_show_exten(const struct dialplan *dp, const char *context, const char *exten, struct strbuf *out)
{
	(void)dp;
	if (strcmp(context, "from-iax") != 0) {
		return -ENOENT;
	}
	if (strcmp(exten, "300") != 0) {
		return -ESRCH;
	}
	strbuf_printf(out, "'%s'\n", exten);
	return 0;
}

void vars_each(const struct vars *vars, void (*fn)(const char *name, const char *value, void *arg), void *arg)
{
	(void)vars;
	fn("OFFICE", "a", arg);
	fn("N", "5", arg);
}

int dialplan_show_json(const struct dialplan *dp, const char *context, struct json *out)
{
	(void)dp;
	if (context && strcmp(context, "from-iax") != 0) {
		json_object_begin(out, NULL);
		return -ENOENT;
	}
	json_object_begin(out, NULL);
	json_object_end(out);
	return 0;
}

static void stop(bool gracefully, void *arg)
{
	(void)arg;
	snprintf(fake_did, sizeof(fake_did), "stop %s", gracefully ? "gracefully" : "now");
}

static int reload(struct diag *diag, void *arg)
{
	(void)arg;
	snprintf(fake_did, sizeof(fake_did), "reload");
	diag_add(diag, DIAG_WARNING, "iax.conf", 3, "'tpyo' is not known");
	if (fake_result < 0) {
		diag_add(diag, DIAG_ERROR, "iax.conf", 12, "expected name = value");
	}
	return fake_result;
}

static iax2_ns now(void *arg)
{
	(void)arg;
	return 100000 * IAX2_NS_PER_S;
}

void fake_env(struct control_env *env)
{
	fake_did[0] = '\0';
	fake_result = 0;
	fake_empty = false;
	*env =
		(struct control_env){.sw = fake, .stop = stop, .reload = reload, .now = now, .started = (100000 - 93784) * IAX2_NS_PER_S};
}
