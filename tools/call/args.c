#include "args.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_DEFAULT_S 60
#define SECRET_MAX 512
#define SECRET_VARIABLE "IAXCALL_SECRET"

struct option_row;
typedef int (*option_fn)(struct args *args, const struct option_row *row, char *value, struct strbuf *why);

struct option_row {
	const char *name;
	char letter;              /* 0: none */
	const char *argument;     /* NULL: takes none; in [brackets]: may be left out */
	option_fn set;
	size_t offset;            /* of the member that the general setters set */
	const char *help;
};

static int bad_value(const struct option_row *row, const char *value, const char *expected, struct strbuf *why)
{
	strbuf_printf(why, "--%s %s: expected is %s", row->name, value, expected);
	return -1;
}

static int set_flag(struct args *args, const struct option_row *row, char *value, struct strbuf *why)
{
	(void)value;
	(void)why;
	*(bool *)((char *)args + row->offset) = true;
	return 0;
}

static int set_text(struct args *args, const struct option_row *row, char *value, struct strbuf *why)
{
	if (!*value)
		return bad_value(row, "\"\"", row->argument, why);
	*(const char **)((char *)args + row->offset) = value;
	return 0;
}

static int set_seconds(struct args *args, const struct option_row *row, char *value, struct strbuf *why)
{
	char *end;
	double seconds = strtod(value, &end);

	if (end == value || *end || !isfinite(seconds) || seconds <= 0 || seconds > 1e7)
		return bad_value(row, value, "a number of seconds above 0", why);
	*(double *)((char *)args + row->offset) = seconds;
	return 0;
}

static int set_count(struct args *args, const struct option_row *row, char *value, struct strbuf *why)
{
	char *end;
	unsigned long count = strtoul(value, &end, 10);

	if (end == value || *end || *value == '-' || count < 1 || count > 10000)
		return bad_value(row, value, "a number from 1 to 10000", why);
	*(unsigned *)((char *)args + row->offset) = (unsigned)count;
	return 0;
}

static int set_digits(struct args *args, const struct option_row *row, char *value, struct strbuf *why)
{
	if (!*value || strspn(value, "0123456789ABCDabcd*#wW") != strlen(value))
		return bad_value(row, value, "digits out of 0-9 A-D * #, and w for a pause of half a second", why);
	args->dtmf = value;
	return 0;
}

static int set_formats(struct args *args, const struct option_row *row, char *value, struct strbuf *why)
{
	const iax2_format ours = IAX2_FORMAT_ULAW | IAX2_FORMAT_ALAW | IAX2_FORMAT_SLIN;

	args->formats = (struct iax2_prefs){0};
	if (iax2_prefs_apply(&args->formats, true, value, NULL) < 0 || !args->formats.count ||
	    iax2_prefs_mask(&args->formats) & ~ours)
		return bad_value(row, value, "one or more of ulaw, alaw, slin with commas between, best first", why);
	return 0;
}

/* "Name <number>", "<number>", "number" or "Name". */
static int set_caller_id(struct args *args, const struct option_row *row, char *value, struct strbuf *why)
{
	char *open = strrchr(value, '<'), *close = open ? strchr(open, '>') : NULL;
	size_t name_len = open ? (size_t)(open - value) : strlen(value);

	if (open && (!close || close[1]))
		return bad_value(row, value, "'Name <number>'", why);
	free(args->caller_number);
	free(args->caller_name);
	args->caller_number = args->caller_name = NULL;
	while (name_len && value[name_len - 1] == ' ')
		name_len--;
	if (open)
		args->caller_number = strndup(open + 1, (size_t)(close - open - 1));
	if (!open && strspn(value, "0123456789+*#") == strlen(value))
		args->caller_number = strdup(value);
	else if (name_len)
		args->caller_name = strndup(value, name_len);
	return 0;
}

static int set_reject(struct args *args, const struct option_row *row, char *value, struct strbuf *why)
{
	char *end;
	unsigned long cause = value ? strtoul(value, &end, 10) : ARGS_CAUSE_REJECTED;

	if (value && (end == value || *end || cause < 1 || cause > 127))
		return bad_value(row, value, "a cause from 1 to 127", why);
	args->reject_cause = (unsigned)cause;
	return 0;
}

/* Keeps a copy, as the text in argv is wiped. */
static int set_registrar(struct args *args, const struct option_row *row, char *value, struct strbuf *why)
{
	url_fini(&args->registrar);
	if (url_parse(&args->registrar, value, why) < 0)
		return -1;
	url_hide_secret(value);
	if (!args->registrar.user || args->registrar.exten)
		return bad_value(row, value, "iax2:user[:secret]@host[:port]", why);
	return 0;
}

static int set_trace(struct args *args, const struct option_row *row, char *value, struct strbuf *why)
{
	(void)row;
	(void)value;
	(void)why;
	args->trace++;
	return 0;
}

#define AT(member) offsetof(struct args, member)
static const struct option_row rows[] = {
	{"send", 's', "WHAT", set_text, AT(send), "what the other end hears: a sound file, tone, tone:HZ, mic, silence"},
	{"record", 'o', "FILE.wav", set_text, AT(record), "write what is heard to a file"},
	{"audio", 'a', "DEVICE", set_text, AT(audio), "loudspeaker and microphone: alsa, null, or the name of an ALSA device"},
	{"dtmf", 0, "DIGITS", set_digits, 0, "send these digits after the answer; w is a pause of 0.5 s"},
	{"text", 0, "TEXT", set_text, AT(text), "send a text after the answer"},
	{"duration", 'd', "S", set_seconds, AT(duration_s), "hang up S seconds after the answer"},
	{"hangup-after", 0, "S", set_seconds, AT(duration_s), "the same"},
	{"timeout", 't', "S", set_seconds, AT(timeout_s), "give up when nobody has answered after S seconds (60)"},
	{"format", 'f', "LIST", set_formats, 0, "formats, best first: ulaw,alaw,slin (ulaw,alaw)"},
	{"caller-id", 'c', "ID", set_caller_id, 0, "'Name <number>' shown to the other end"},
	{"secret-file", 0, "FILE", set_text, AT(secret_file), "take the secret from the first line of FILE"},
	{"bind", 'b', "ADDR[:PORT]", set_text, AT(bind_text), "our own address (any, any port; with --answer port 4569)"},
	{"register", 'r', "URL", set_registrar, 0, "register at iax2:user[:secret]@host[:port]"},
	{"answer", 'A', NULL, set_flag, AT(answer), "be a phone that takes calls"},
	{"busy", 0, NULL, set_flag, AT(busy), "with --answer: be busy"},
	{"reject", 0, "[CAUSE]", set_reject, 0, "with --answer: refuse calls (cause 21)"},
	{"ring", 0, "S", set_seconds, AT(ring_s), "with --answer: ring for S seconds first"},
	{"echo", 0, NULL, set_flag, AT(echo), "with --answer: send back what is heard"},
	{"calls", 'n', "N", set_count, AT(calls), "with --answer: end after N calls"},
	{"max-calls", 0, "N", set_count, AT(max_calls), "with --answer: take up to N calls at once (1)"},
	{"json", 'j', NULL, set_flag, AT(json), "events and report as JSON, one object per line"},
	{"trace", 'v', NULL, set_trace, 0, "show the frames; twice: voice frames too"},
	{"verbose", 0, NULL, set_trace, 0, "the same"},
	{"help", 'h', NULL, set_flag, AT(help), "this text"},
	{"version", 'V', NULL, set_flag, AT(version), "the version"},
};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

static bool argument_optional(const struct option_row *row)
{
	return row->argument && row->argument[0] == '[';
}

/* What getopt_long() wants, made from the table.  Long options answer with 256 plus their row. */
static void make_getopt(struct option longs[ROW_COUNT + 1], char shorts[3 * ROW_COUNT + 2])
{
	char *p = shorts;

	*p++ = ':';
	for (size_t i = 0; i < ROW_COUNT; i++) {
		longs[i] = (struct option){.name = rows[i].name, .val = 256 + (int)i};
		longs[i].has_arg = argument_optional(&rows[i]) ? optional_argument : rows[i].argument ? required_argument : no_argument;
		if (!rows[i].letter)
			continue;
		*p++ = rows[i].letter;
		if (rows[i].argument)
			*p++ = ':';
	}
	*p = '\0';
	longs[ROW_COUNT] = (struct option){0};
}

static const struct option_row *row_of(int choice)
{
	if (choice >= 256)
		return &rows[choice - 256];
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (rows[i].letter == choice)
			return &rows[i];
	}
	return NULL;
}

static int parse_options(struct args *args, int argc, char **argv, struct strbuf *why)
{
	struct option longs[ROW_COUNT + 1];
	char shorts[3 * ROW_COUNT + 2];
	int choice;

	make_getopt(longs, shorts);
	opterr = 0;
	optind = 0;   /* GNU: begin anew, whatever was parsed before */
	while ((choice = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct option_row *row = choice == '?' || choice == ':' ? NULL : row_of(choice);

		if (choice == ':')
			strbuf_printf(why, "%s: a value is missing", argv[optind - 1]);
		else if (!row)
			strbuf_printf(why, "%s: unknown option", argv[optind - 1]);
		if (!row || row->set(args, row, optarg, why) < 0)
			return -1;
	}
	return 0;
}

static int read_secret(char *secret, size_t cap, const char *path, struct strbuf *why)
{
	FILE *f = fopen(path, "re");

	if (!f || !fgets(secret, (int)cap, f)) {
		strbuf_printf(why, "%s: %s", path, !f || ferror(f) ? strerror(errno) : "there is no secret in it");
		if (f)
			fclose(f);
		return -1;
	}
	fclose(f);
	secret[strcspn(secret, "\r\n")] = '\0';
	return 0;
}

/* A secret in the URL comes first, then the file, then the environment. */
static int take_secret(struct args *args, struct strbuf *why)
{
	char secret[SECRET_MAX] = "";
	const char *variable = getenv(SECRET_VARIABLE);
	struct url *urls[] = {&args->call, &args->registrar};
	int result = 0;

	if (args->secret_file)
		result = read_secret(secret, sizeof secret, args->secret_file, why);
	for (int i = 0; i < 2 && result == 0; i++) {
		if (urls[i]->user && !urls[i]->secret && (args->secret_file || variable))
			urls[i]->secret = strdup(args->secret_file ? secret : variable);
	}
	explicit_bzero(secret, sizeof secret);
	return result;
}

static int check(const struct args *args, struct strbuf *why)
{
	if (!args->call.host && !args->answer && !args->registrar.host)
		strbuf_add(why, "whom to call? Give iax2:[user[:secret]@]host[:port]/exten[@context], or --answer to take calls");
	else if (args->call.host && args->answer)
		strbuf_add(why, "a phone either calls or takes calls: leave out --answer or the address");
	else if (!args->answer && (args->busy || args->reject_cause || args->echo || args->ring_s > 0 || args->calls))
		strbuf_add(why, "--busy, --reject, --ring, --echo and --calls go with --answer");
	else if (args->echo && args->send)
		strbuf_add(why, "--echo and --send can't both be what the other end hears");
	else
		return 0;
	return -1;
}

int args_parse(struct args *args, int argc, char **argv, struct strbuf *why)
{
	*args = (struct args){.timeout_s = TIMEOUT_DEFAULT_S, .max_calls = 1};
	iax2_prefs_apply(&args->formats, true, "ulaw,alaw", NULL);
	if (parse_options(args, argc, argv, why) < 0)
		return -1;
	if (args->help || args->version)
		return 0;
	if (optind < argc) {
		if (url_parse(&args->call, argv[optind], why) < 0)
			return -1;
		url_hide_secret(argv[optind++]);
	}
	if (optind < argc) {
		strbuf_printf(why, "%s: only one address can be called", argv[optind]);
		return -1;
	}
	if (take_secret(args, why) < 0)
		return -1;
	if (args->bind_text && iax2_addr_parse(&args->bind, args->bind_text, args_default_port(args)) < 0) {
		strbuf_printf(why, "--bind %s: expected is a numeric address with or without :port", args->bind_text);
		return -1;
	}
	return check(args, why);
}

uint16_t args_default_port(const struct args *args)
{
	return args->answer && !args->registrar.host ? IAX2_PORT : 0;
}

void args_fini(struct args *args)
{
	url_fini(&args->call);
	url_fini(&args->registrar);
	free(args->caller_number);
	free(args->caller_name);
}

void args_help(FILE *out)
{
	fputs("Usage: iaxcall [options] iax2:[user[:secret]@]host[:port]/exten[@context]\n"
	      "       iaxcall [options] --answer [--register iax2:user[:secret]@host[:port]]\n\n", out);
	for (size_t i = 0; i < ROW_COUNT; i++) {
		char left[64], letter[8] = "    ";

		if (rows[i].letter)
			snprintf(letter, sizeof letter, "-%c, ", rows[i].letter);
		if (argument_optional(&rows[i]))
			snprintf(left, sizeof left, "%s--%s[=%.*s]", letter, rows[i].name, (int)strlen(rows[i].argument) - 2,
			         rows[i].argument + 1);
		else
			snprintf(left, sizeof left, "%s--%s %s", letter, rows[i].name, rows[i].argument ? rows[i].argument : "");
		fprintf(out, "  %-28s %s\n", left, rows[i].help);
	}
	fputs("\nA secret is better kept in the environment (" SECRET_VARIABLE ") or in a file than in the address.\n"
	      "Exit status: 0 answered and ended normally; 1 error on this side; 2 usage; 3 busy; 4 refused; 5 no answer;\n"
	      "6 unreachable; 7 the other end was lost during the call; 130 interrupted before the answer.\n", out);
}
