/* Json: a streaming writer into a strbuf.  Commas and quoting are its business; nesting is the caller's. */
#ifndef TANDEM_UTIL_JSON_H
#define TANDEM_UTIL_JSON_H

#include <stdint.h>

#include "util/strbuf.h"

struct json {
	struct strbuf *out;
	bool comma; /* something stands before the next value on this level */
};

void json_init(struct json *j, struct strbuf *out);
/* `name` is NULL inside arrays and at the top. */
void json_object_begin(struct json *j, const char *name);
void json_object_end(struct json *j);
void json_array_begin(struct json *j, const char *name);
void json_array_end(struct json *j);
void json_string(struct json *j, const char *name,
                 const char *value); /* NULL value: null.  Bytes that are not UTF-8 become U+FFFD */
void json_int(struct json *j, const char *name, int64_t value);
void json_double(struct json *j, const char *name, double value); /* not finite: null */
void json_bool(struct json *j, const char *name, bool value);
void json_null(struct json *j, const char *name);

#endif
