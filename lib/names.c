#include "names.h"

struct number_name {
	int64_t value;
	const char *name;
};

struct control_row {
	int64_t value;
	const char *name;
	bool blocked;
};

static const struct number_name types[] = {
#define IAX2_TYPE(value, name) {value, name},
#include "names.def"
};

static const struct number_name commands[] = {
#define IAX2_COMMAND(value, name) {value, name},
#include "names.def"
};

static const struct control_row controls[] = {
#define IAX2_CONTROL(value, name, blocked) {value, name, blocked},
#include "names.def"
};

static const struct number_name htmls[] = {
#define IAX2_HTML(value, name) {value, name},
#include "names.def"
};

static const struct number_name causes[] = {
#define IAX2_CAUSE(value, text) {value, text},
#include "names.def"
};

static const struct iax2_format_info formats[] = {
#define IAX2_FORMAT_ROW(bit_, name_, kind_, clock_, pref_, all_, best_, ptime_, min_, max_, rule_, bytes_, ms_)                        \
	{.name = name_,                                                                                                              \
	 .bit = bit_,                                                                                                                \
	 .pref = pref_,                                                                                                              \
	 .all = all_,                                                                                                                \
	 .best = best_,                                                                                                              \
	 .kind = IAX2_FORMAT_##kind_,                                                                                                \
	 .clock_hz = clock_,                                                                                                         \
	 .ptime_ms = ptime_,                                                                                                         \
	 .ptime_min = min_,                                                                                                          \
	 .ptime_max = max_,                                                                                                          \
	 .rule = IAX2_DURATION_##rule_,                                                                                              \
	 .unit_bytes = bytes_,                                                                                                       \
	 .unit_ms = ms_},
#include "names.def"
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *find_name(const struct number_name *list, size_t count, int64_t value, const char *otherwise)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i].value == value) {
			return list[i].name;
		}
	}
	return otherwise;
}

static const struct control_row *find_control(int64_t control)
{
	for (size_t i = 0; i < COUNT(controls); i++) {
		if (controls[i].value == control) {
			return &controls[i];
		}
	}
	return NULL;
}

const struct iax2_format_info *iax2_format_row(unsigned n)
{
	return n < COUNT(formats) ? &formats[n] : NULL;
}

const struct iax2_format_info *iax2_format_info(unsigned bit)
{
	for (size_t i = 0; i < COUNT(formats); i++) {
		if (formats[i].bit == bit) {
			return &formats[i];
		}
	}
	return NULL;
}

bool iax2_control_blocked(int64_t control)
{
	const struct control_row *row = find_control(control);

	return !row || row->blocked;
}

const char *iax2_html_name(int64_t html)
{
	return find_name(htmls, COUNT(htmls), html, "?");
}

const char *iax2_type_name(uint8_t type)
{
	return find_name(types, COUNT(types), type, "?");
}

const char *iax2_command_name(int64_t command)
{
	return find_name(commands, COUNT(commands), command, "?");
}

const char *iax2_control_name(int64_t control)
{
	const struct control_row *row = find_control(control);

	return row ? row->name : "?";
}

const char *iax2_cause_text(unsigned cause)
{
	return find_name(causes, COUNT(causes), cause, "?");
}
