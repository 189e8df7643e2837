#include "control/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake_switch.h"

static struct control_env env;
static struct strbuf out;

static int setup(void **state)
{
	(void)state;
	fake_env(&env);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	strbuf_fini(&out);
	return 0;
}

static const char *run(const char *line, enum control_status expected)
{
	strbuf_clear(&out);
	assert_int_equal(command_execute(&env, line, &out), expected);
	return strbuf_text(&out);
}

static const char *complete(const char *line)
{
	strbuf_clear(&out);
	command_complete(&env, line, &out);
	return strbuf_text(&out);
}

/* The columns are those of the captured consoles of Asterisk 22, with what protocol reference 23 says instead of "(null)". */
static void test_req_246_show_peers(void **state)
{
	(void)state;
	assert_string_equal(run("iax2 show peers", CONTROL_OK),
		"Name/Username    Host                                           Mask                                      Port           Status      Description                     \n"
		"office-b/office  10.2.2.20                                (S)  255.255.255.255                           4569  (T)      OK (9 ms)                                   \n"
		"dyn              (Unspecified)                            (D)  (Unspecified)                             0              UNKNOWN                                     \n"
		"lagged           10.2.2.21                                (S)  255.255.255.255                           4570      (E)  LAGGED (11098 ms) Head office                     \n"
		"trk              127.0.0.1                                (S)  255.255.255.255                           6001  (T)      Unmonitored                                 \n"
		"4 iax2 peers [2 online, 1 offline, 1 unmonitored]\n");
}

static void test_show_peers_filters(void **state)
{
	(void)state;
	assert_null(strstr(run("iax2 show peers registered", CONTROL_OK), "dyn"));
	assert_non_null(strstr(strbuf_text(&out), "3 iax2 peers [2 online, 0 offline, 1 unmonitored]"));
	run("iax2 show peers like ^(off|tr)", CONTROL_OK);
	assert_non_null(strstr(strbuf_text(&out), "2 iax2 peers [1 online, 0 offline, 1 unmonitored]"));
	run("iax2 show peers registered like y", CONTROL_OK);
	assert_non_null(strstr(strbuf_text(&out), "0 iax2 peers"));
	assert_non_null(strstr(run("iax2 show peers like (", CONTROL_FAILED), "'(' is not a regular expression"));
	assert_non_null(strstr(run("iax2 show peers nonsense", CONTROL_FAILED), "Usage: iax2 show peers"));
}

static void test_req_246_show_peer(void **state)
{
	(void)state;
	assert_string_equal(run("iax2 show peer office-b", CONTROL_OK),
		"\n\n  * Name       : office-b\n  Description  : \n  Secret       : <Set>\n  Context      : from-iax\n  Parking lot  : \n"
		"  Mailbox      : \n  Dynamic      : No\n  Callnum limit: 0\n  Calltoken req: No\n  Trunk        : Yes\n  Encryption   : No\n"
		"  Callerid     : \"\" <>\n  Expire       : -1\n  ACL          : Yes\n  Addr->IP     : 10.2.2.20 Port 4569\n"
		"  Defaddr->IP  : (Unspecified) Port 0\n  Username     : office-a\n  Codecs       : (ulaw|alaw)\n  Codec Order  : (ulaw|alaw)\n"
		"  Status       : OK (9 ms)\n  Qualify      : every 60000ms when OK, every 10000ms when UNREACHABLE (sample smoothing Off)\n\n");
	assert_non_null(strstr(run("iax2 show peer lagged", CONTROL_OK), "\"Office B\" <3000>"));
	assert_string_equal(run("iax2 show peer nobody", CONTROL_FAILED), "Peer nobody not found.\n");
	assert_string_equal(run("iax2 show peer nobody --json", CONTROL_FAILED), "{\"error\":\"Peer nobody not found.\"}\n");
	run("iax2 show peer", CONTROL_FAILED);
}

static void test_req_246_show_users(void **state)
{
	(void)state;
	assert_string_equal(run("iax2 show users", CONTROL_OK),
		"Username         Secret                Authen           Def.Context      A/C    Codec Pref\n"
		"dyn              -no secret-           000000000000002  default          No     Host \n"
		"office-b         <Set>                 000000000000002  from-iax         Yes    Host \n"
		"plainuser        <Set>                 000000000000006  default          No     REQ Only\n");
	assert_null(strstr(run("iax2 show users like office", CONTROL_OK), "dyn"));
	run("iax2 show users like", CONTROL_FAILED);
}

static void test_req_246_show_registry(void **state)
{
	(void)state;
	assert_string_equal(run("iax2 show registry", CONTROL_OK),
		"Host                                           dnsmgr  Username    Perceived                                      Refresh  State\n"
		"10.2.2.20:4569                                 N       branch-a    10.1.1.10:4569                                      60  Registered\n"
		"10.9.9.9:4569                                  Y       branch-a    <Unregistered>                                      60  Request Sent\n"
		"2 IAX2 registrations.\n");
}

static void test_req_246_show_iax_channels(void **state)
{
	(void)state;
	assert_string_equal(run("iax2 show channels", CONTROL_OK),
		"Channel               Peer                                      Username    ID (Lo/Rem)  Seq (Tx/Rx)  Lag      Jitter  JitBuf  Format  FirstMsg    LastMsg\n"
		"IAX2/office-b-19585   10.2.2.20                                 office-a    19585/00586  00009/00012  00040ms  -0001ms  0000ms  ulaw    Tx:NEW      Rx:ACK    \n"
		"(None)                10.9.9.9                                  (None)      05500/00000  00001/00000  00000ms  -0001ms  0000ms  Unknow  Tx:REGREQ   Tx:REGREQ \n"
		"2 active IAX channels\n");
}

static void test_req_246_show_netstats(void **state)
{
	(void)state;
	assert_string_equal(run("iax2 show netstats", CONTROL_OK),
		"                                -------- LOCAL ---------------------  -------- REMOTE --------------------\n"
		"Channel                    RTT  Jit  Del  Lost   %  Drop  OOO  Kpkts  Jit  Del  Lost   %  Drop  OOO  Kpkts FirstMsg    LastMsg\n"
		"IAX2/office-b-19585         3   -1    0    -1  -1     0   -1      1    0   40     0   0     0    0      0 Tx:NEW      Rx:ACK    \n"
		"(None)                     -1   -1    0    -1  -1     0   -1      0    0    0     0   0     0    0      0 Tx:REGREQ   Tx:REGREQ \n"
		"2 active IAX channels\n");
}

static void test_show_channels(void **state)
{
	(void)state;
	assert_string_equal(run("core show channels", CONTROL_OK),
		"Channel                                                          Location                         State   Application(Data)             \n"
		"IAX2/office-b-19585                                              t3r@do:2                         Up      Wait(27)                      \n"
		"Local/300@from-iax-1;2                                           (None)                           Ringing (None)                        \n"
		"2 active channels\n1 active call\n1 call processed\n");
	assert_string_equal(run("core show channels concise", CONTROL_OK),
		"IAX2/office-b-19585!do!t3r!2!Up!Wait!27!200!!!3!65!Local/300@from-iax-1;2!1795245194.1\n"
		"Local/300@from-iax-1;2!!!0!Ringing!(None)!!!!!3!0!!1795245194.2\n");
	assert_non_null(strstr(run("core show channels verbose", CONTROL_OK), "00:01:05"));
	run("core show channels sideways", CONTROL_FAILED);
}

static void test_empty_lists(void **state)
{
	(void)state;
	fake_empty = true;
	assert_non_null(strstr(run("iax2 show peers", CONTROL_OK), "0 iax2 peers [0 online, 0 offline, 0 unmonitored]\n"));
	assert_non_null(strstr(run("iax2 show registry", CONTROL_OK), "0 IAX2 registrations.\n"));
	assert_non_null(strstr(run("iax2 show channels", CONTROL_OK), "0 active IAX channels\n"));
	assert_non_null(strstr(run("core show channels", CONTROL_OK), "0 active channels\n0 active calls\n0 calls processed\n"));
	assert_string_equal(run("core show channels concise", CONTROL_OK), "");
	assert_string_equal(run("iax2 show peers --json", CONTROL_OK), "{\"peers\":[],\"online\":0,\"offline\":0,\"unmonitored\":0}\n");
}

/* Braces and brackets in pairs, outside strings: enough to notice a forgotten end. */
static void assert_balanced(const char *text)
{
	char stack[32];
	size_t depth = 0;
	bool quoted = false;

	for (const char *p = text; *p; p++) {
		if (*p == '"' && (p == text || p[-1] != '\\')) {
			quoted = !quoted;
		}
		if (!quoted && (*p == '{' || *p == '[')) {
			assert_true(depth < sizeof(stack));
			stack[depth++] = *p == '{' ? '}' : ']';
		} else if (!quoted && (*p == '}' || *p == ']')) {
			assert_true(depth > 0);
			assert_int_equal(stack[--depth], *p);
		}
	}
	assert_false(quoted);
	assert_int_equal(depth, 0);
}

static void test_every_command_has_json(void **state)
{
	(void)state;
	static const char *const lines[] = {
		"iax2 show peers", "iax2 show peer office-b", "iax2 show peer lagged", "iax2 show users", "iax2 show registry", "iax2 show channels",
		"iax2 show netstats", "iax2 show stats", "iax2 reload", "reload", "dialplan reload", "iax2 set debug on", "iax2 set debug peer office-b",
		"dialplan show", "dialplan show from-iax", "core show channels", "core show version", "core show uptime", "core show help",
		"core show help iax2", "channel originate IAX2/a/1 application Echo", "channel originate IAX2/a/1 extension 1@c",
		"channel request hangup all", "core stop now", "core stop gracefully",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char line[128];
		snprintf(line, sizeof(line), "%s --json", lines[i]);
		const char *text = run(line, CONTROL_OK);
		assert_int_equal(text[0], '{');
		assert_string_equal(text + strlen(text) - 2, "}\n");
		assert_balanced(text);
	}
}

static void test_stats(void **state)
{
	(void)state;
	const char *text = run("iax2 show stats", CONTROL_OK);

	assert_memory_equal(text, "    IAX Statistics\n---------------------\nOutstanding frames: 3 (0 ingress, 3 egress)\n", 83);
	assert_non_null(strstr(text, "\n           7  datagrams received\n"));
	assert_non_null(strstr(run("iax2 show stats --json", CONTROL_OK), "\"tx_trunk_frames\":1158"));
}

static void test_version_and_uptime(void **state)
{
	(void)state;
	assert_memory_equal(run("core show version", CONTROL_OK), "tandem ", 7);
	assert_string_equal(run("core show uptime", CONTROL_OK), "System uptime: 1 day, 2 hours, 3 minutes, 4 seconds\nLast reload: 1 day, 2 hours, 3 minutes, 4 seconds\n");
	env.reloaded = 100000 * IAX2_NS_PER_S;
	assert_string_equal(run("core show uptime seconds", CONTROL_OK), "System uptime: 93784\nLast reload: 0\n");
	assert_non_null(strstr(run("core show uptime", CONTROL_OK), "Last reload: 0 seconds\n"));
}

static void test_reload(void **state)
{
	(void)state;
	assert_string_equal(run("iax2 reload", CONTROL_OK), ""); /* nothing, as Asterisk */
	assert_string_equal(fake_did, "reload");
	assert_string_equal(run("reload", CONTROL_OK), "iax.conf:3: 'tpyo' is not known\nConfiguration reloaded.\n");
	fake_result = -EINVAL;
	assert_string_equal(run("reload", CONTROL_FAILED),
	                    "Reload failed, the configuration in force stays as it was.\niax.conf:12: expected name = value\n");
	run("iax2 reload", CONTROL_FAILED);
	run("iax2 reload --json", CONTROL_FAILED);
	assert_memory_equal(strbuf_text(&out), "{\"error\":\"Reload failed", 23);
}

static void test_debug(void **state)
{
	(void)state;
	assert_string_equal(run("iax2 set debug on", CONTROL_OK), "IAX2 Debugging Enabled\n");
	assert_string_equal(fake_did, "debug 1");
	assert_string_equal(run("iax2 set debug off", CONTROL_OK), "IAX2 Debugging Disabled\n");
	assert_string_equal(fake_did, "debug 0");
	assert_string_equal(run("iax2 set debug peer office-b", CONTROL_OK), "IAX2 Debugging Enabled for IP: 4569\n");
	assert_string_equal(fake_did, "debug office-b");
	assert_string_equal(run("iax2 set debug peer nobody", CONTROL_FAILED), "IAX2 peer 'nobody' does not exist\n");
	run("iax2 set debug", CONTROL_FAILED);
	run("iax2 set debug maybe", CONTROL_FAILED);
}

static void test_dialplan(void **state)
{
	(void)state;
	assert_string_equal(run("dialplan show", CONTROL_OK), "[ Context 'all' ]\n");
	assert_string_equal(run("dialplan show from-iax", CONTROL_OK), "[ Context 'from-iax' ]\n");
	assert_string_equal(run("dialplan show 300@from-iax", CONTROL_OK), "'300'\n");
	assert_string_equal(run("dialplan show @from-iax", CONTROL_OK), "[ Context 'from-iax' ]\n");
	assert_string_equal(run("dialplan show 7@from-iax", CONTROL_FAILED), "There is no existence of 7@from-iax extension\n");
	assert_string_equal(run("dialplan show 7@nowhere", CONTROL_FAILED), "There is no existence of 'nowhere' context\n");
	assert_string_equal(run("dialplan show globals", CONTROL_OK), "   OFFICE=a\n   N=5\n\n    -- 2 variable(s)\n");
	assert_string_equal(run("dialplan show globals --json", CONTROL_OK), "{\"OFFICE\":\"a\",\"N\":\"5\"}\n");
	assert_string_equal(run("module reload nothing", CONTROL_FAILED), "No such module 'nothing'\n");
	assert_non_null(strstr(run("module reload chan_iax2.so", CONTROL_OK), "\nModule 'chan_iax2.so' reloaded successfully.\n"));
	assert_string_equal(run("dialplan show nowhere", CONTROL_FAILED), "There is no existence of 'nowhere' context\n");
	assert_string_equal(run("dialplan show nowhere --json", CONTROL_FAILED), "{\"error\":\"There is no existence of 'nowhere' context\"}\n");
}

static void test_originate(void **state)
{
	(void)state;
	assert_string_equal(run("channel originate IAX2/office-b/300 application Playback hello  \"two  words\"", CONTROL_OK), "");
	assert_string_equal(fake_did, "app IAX2/office-b/300|Playback|hello two  words");
	run("channel originate IAX2/office-b/300 application Echo", CONTROL_OK);
	assert_string_equal(fake_did, "app IAX2/office-b/300|Echo|");
	run("channel originate IAX2/office-b/300 extension 200@internal", CONTROL_OK);
	assert_string_equal(fake_did, "exten IAX2/office-b/300|200|internal");
	run("channel originate IAX2/office-b/300 extension 200", CONTROL_OK);
	assert_string_equal(fake_did, "exten IAX2/office-b/300|200|default");
	run("channel originate IAX2/office-b/300 extension @internal", CONTROL_OK);
	assert_string_equal(fake_did, "exten IAX2/office-b/300|s|internal");
	run("channel originate office-b application Echo", CONTROL_FAILED);
	run("channel originate IAX2/office-b/300 extension", CONTROL_FAILED);
	run("channel originate IAX2/office-b/300 teleport x", CONTROL_FAILED);
	fake_result = -ENOENT;
	assert_string_equal(run("channel originate IAX2/x/1 application Echo", CONTROL_FAILED), "IAX2/x/1 can't be called: peer is not known\n");
	fake_did[0] = '\0';
	env.stopping = true;
	assert_string_equal(run("channel originate IAX2/x/1 application Echo", CONTROL_FAILED), "tandem is stopping and takes no new calls\n");
	assert_string_equal(fake_did, "");
}

#define ALL_HUNG_UP \
	"Requested Hangup on channel 'IAX2/office-b-19585'\nRequested Hangup on channel 'Local/300@from-iax-1;2'\n"

static void test_hangup(void **state)
{
	(void)state;
	assert_string_equal(run("channel request hangup IAX2/office-b-19585", CONTROL_OK), "Requested Hangup on channel 'IAX2/office-b-19585'\n");
	assert_string_equal(run("channel request hangup all", CONTROL_OK), ALL_HUNG_UP);
	assert_string_equal(run("channel request hangup IAX2/x", CONTROL_FAILED), "IAX2/x is not a known channel\n");
	run("channel request hangup", CONTROL_FAILED);
}

static void test_stop(void **state)
{
	(void)state;
	run("core stop now", CONTROL_OK);
	assert_string_equal(fake_did, "stop now");
	run("core stop gracefully", CONTROL_OK);
	assert_string_equal(fake_did, "stop gracefully");
	fake_did[0] = '\0';
	run("core stop now please", CONTROL_FAILED);
	assert_string_equal(fake_did, "");
}

static void test_unknown_commands(void **state)
{
	(void)state;
	assert_string_equal(run("iax2 show", CONTROL_UNKNOWN),
	                    "No such command 'iax2 show' (type 'core show help iax2 show' for other possible commands)\n");
	run("iax2 showpeers", CONTROL_UNKNOWN);
	run("sip show peers", CONTROL_UNKNOWN);
	assert_memory_equal(run("sip show peers --json", CONTROL_UNKNOWN), "{\"error\":\"No such command", 25);
	assert_string_equal(run("", CONTROL_OK), "");
	assert_string_equal(run("  \t ", CONTROL_OK), "");
	run("--json", CONTROL_OK);
}

static void test_words(void **state)
{
	(void)state;
	assert_memory_equal(run("  CORE   Show\tVersion  ", CONTROL_OK), "tandem ", 7);
	assert_memory_equal(run("core \"show\" ver\\sion", CONTROL_OK), "tandem", 6);
	assert_non_null(strstr(run("channel request hangup \"a b\"", CONTROL_FAILED), "a b is not a known channel"));
	char many[600] = "";
	for (int i = 0; i < 200; i++) {
		strcat(many, "a ");
	}
	assert_string_equal(run(many, CONTROL_FAILED), "too many words\n");
	static char longest[CONTROL_REQUEST_MAX + 100];
	memset(longest, 'x', sizeof(longest) - 1);
	run(longest, CONTROL_UNKNOWN);
}

static void test_help(void **state)
{
	(void)state;
	const char *text = run("core show help", CONTROL_OK);
	size_t lines = 0, commands = 0;

	for (const char *p = text; *p; p++) {
		lines += *p == '\n';
	}
	while (command_table[commands]) {
		commands++;
	}
	assert_int_equal(lines, commands);
	assert_non_null(strstr(text, "iax2 show peers                -- List defined IAX peers\n"));
	assert_null(strstr(run("core show help iax2 show", CONTROL_OK), "reload"));
	assert_memory_equal(run("core show help iax2 show peer", CONTROL_OK), "Usage: iax2 show peer NAME\n", 27);
	assert_string_equal(run("core show help teleport", CONTROL_FAILED), "No such command 'teleport'.\n");
}

static void test_table_is_in_order_and_complete(void **state)
{
	(void)state;
	for (size_t i = 0; command_table[i]; i++) {
		const struct command *cmd = command_table[i];
		assert_true(i == 0 || strcmp(command_table[i - 1]->words, cmd->words) < 0);
		assert_non_null(cmd->summary);
		assert_non_null(cmd->run);
		assert_memory_equal(cmd->usage, cmd->words, strlen(cmd->words));
		assert_int_equal(cmd->usage[strlen(cmd->usage) - 1], '\n');
	}
}

static void test_completion(void **state)
{
	(void)state;
	assert_string_equal(complete(""), "channel\ncore\ndialplan\niax2\nmodule\nreload\n");
	assert_string_equal(complete("c"), "channel\ncore\n");
	assert_string_equal(complete("iax2 s"), "set\nshow\n");
	assert_string_equal(complete("iax2 show peer"), "peer\npeers\n");
	assert_string_equal(complete("iax2 show peer "), "office-b\ndyn\nlagged\ntrk\n");
	assert_string_equal(complete("iax2 show peer o"), "office-b\n");
	assert_string_equal(complete("iax2 set debug "), "on\noff\npeer\n");
	assert_string_equal(complete("iax2 set debug peer d"), "dyn\n");
	assert_string_equal(complete("channel request hangup "), "all\nIAX2/office-b-19585\nLocal/300@from-iax-1;2\n");
	assert_string_equal(complete("core show help iax2 show p"), "peer\npeers\n");
	assert_string_equal(complete("core show help d"), "dialplan\n");
	assert_string_equal(complete("nonsense "), "");
	assert_string_equal(complete("core show version "), "");
}

#define COMMAND_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		COMMAND_TEST(test_req_246_show_peers),
		COMMAND_TEST(test_show_peers_filters),
		COMMAND_TEST(test_req_246_show_peer),
		COMMAND_TEST(test_req_246_show_users),
		COMMAND_TEST(test_req_246_show_registry),
		COMMAND_TEST(test_req_246_show_iax_channels),
		COMMAND_TEST(test_req_246_show_netstats),
		COMMAND_TEST(test_show_channels),
		COMMAND_TEST(test_empty_lists),
		COMMAND_TEST(test_every_command_has_json),
		COMMAND_TEST(test_stats),
		COMMAND_TEST(test_version_and_uptime),
		COMMAND_TEST(test_reload),
		COMMAND_TEST(test_debug),
		COMMAND_TEST(test_dialplan),
		COMMAND_TEST(test_originate),
		COMMAND_TEST(test_hangup),
		COMMAND_TEST(test_stop),
		COMMAND_TEST(test_unknown_commands),
		COMMAND_TEST(test_words),
		COMMAND_TEST(test_help),
		COMMAND_TEST(test_table_is_in_order_and_complete),
		COMMAND_TEST(test_completion),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
