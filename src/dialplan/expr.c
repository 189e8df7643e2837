#include "dialplan/expr.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum op {
	OP_END, OP_VALUE, OP_LPAREN, OP_RPAREN, OP_COND, OP_ELSE, OP_OR, OP_AND, OP_EQ, OP_NE, OP_LT, OP_GT, OP_LE, OP_GE,
	OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_NOT, OP_MATCH, OP_SEARCH, OP_JOIN, OP_BAD,
};

/* How strongly a binary operator binds; 0: it is none.  Longer spellings stand before their beginnings. */
static const struct {
	const char *text;
	enum op op;
	int binds;
} operators[] = {
	{"||", OP_OR, 1},     {"|", OP_OR, 1},      {"&&", OP_AND, 2},    {"&", OP_AND, 2},    {"==", OP_EQ, 3}, {"=~", OP_SEARCH, 7},
	{"=", OP_EQ, 3},      {"!=", OP_NE, 3},     {"<=", OP_LE, 3},     {">=", OP_GE, 3},    {"<", OP_LT, 3},  {">", OP_GT, 3},
	{"+", OP_ADD, 4},     {"-", OP_SUB, 4},     {"*", OP_MUL, 5},     {"/", OP_DIV, 5},    {"%", OP_MOD, 5}, {"~~", OP_JOIN, 7},
	{"::", OP_ELSE, 0},   {":", OP_MATCH, 7},   {"?", OP_COND, 0},    {"!", OP_NOT, 0},    {"(", OP_LPAREN, 0}, {")", OP_RPAREN, 0},
};
enum { BINDS_SIGN = 6, OPERATORS = sizeof operators / sizeof *operators };

struct text {
	struct text *next;
	char text[];
};

struct value {
	bool number;         /* otherwise text */
	long double n;
	const char *text;
};

struct expr {
	const char *p;
	enum op op;          /* the token at hand */
	int binds;
	struct value value;  /* when it is OP_VALUE */
	int depth;
	int error;
	const char *why;
	struct text *texts;  /* all strings made on the way */
};

static void fail(struct expr *e, const char *why)
{
	if (!e->error) {
		e->error = -EINVAL;
		e->why = why;
	}
	e->op = OP_END;
	e->binds = 0;
}

static struct value number(long double n)
{
	return (struct value){.number = true, .n = n, .text = ""};
}

/* Room for a string of `len` bytes, given back with all others; NULL when out of memory. */
static char *text_new(struct expr *e, size_t len)
{
	struct text *t = malloc(sizeof *t + len + 1);
	if (!t) {
		e->error = -ENOMEM;
		return NULL;
	}
	t->next = e->texts;
	e->texts = t;
	t->text[len] = '\0';
	return t->text;
}

static struct value string(struct expr *e, const char *from, size_t len)
{
	char *text = text_new(e, len);
	if (!text)
		return number(0);
	memcpy(text, from, len);
	return (struct value){.text = text};
}

static bool parse_number(const char *text, long double *n)
{
	const char *p = text;
	bool digits = false, point = false;
	if (*p == '-')
		p++;
	for (; isdigit((unsigned char)*p) || (*p == '.' && !point); p++) {
		if (*p == '.')
			point = true;
		else
			digits = true;
	}
	if (*p || !digits)
		return false;
	*n = strtold(text, NULL);
	return true;
}

/* "..." with \" for a quote inside; other backslashes stay, for regular expressions. */
static void lex_quoted(struct expr *e)
{
	const char *start = ++e->p;
	char *text = text_new(e, strlen(start));
	if (!text)
		return;
	size_t n = 0;
	while (*e->p && *e->p != '"') {
		if (e->p[0] == '\\' && e->p[1] == '"')
			e->p++;
		text[n++] = *e->p++;
	}
	text[n] = '\0';
	if (!*e->p) {
		fail(e, "a quoted string has no closing quote");
		return;
	}
	e->p++;
	e->op = OP_VALUE;
	e->value = (struct value){.text = text};
}

static void lex_word(struct expr *e)
{
	size_t len = strcspn(e->p, " \t\r\n\"|&=<>!+-*/%?:~()");
	if (len == 0) {
		fail(e, "a lone ~ is no operator");
		return;
	}
	e->value = string(e, e->p, len);
	e->p += len;
	e->op = OP_VALUE;
	long double n;
	if (parse_number(e->value.text, &n)) {
		e->value.number = true;
		e->value.n = n;
	}
}

static void next(struct expr *e)
{
	e->binds = 0;
	if (e->error) {
		e->op = OP_END;
		return;
	}
	e->p += strspn(e->p, " \t\r\n");
	if (!*e->p) {
		e->op = OP_END;
		return;
	}
	for (size_t i = 0; i < OPERATORS; i++) {
		size_t len = strlen(operators[i].text);
		if (strncmp(e->p, operators[i].text, len) == 0) {
			e->p += len;
			e->op = operators[i].op;
			e->binds = operators[i].binds;
			return;
		}
	}
	if (*e->p == '"')
		lex_quoted(e);
	else
		lex_word(e);
}

static const char *to_text(struct expr *e, const struct value *v)
{
	if (!v->number || v->text[0])
		return v->text;
	char *text = text_new(e, 63);
	if (!text)
		return "";
	snprintf(text, 64, "%.18Lg", v->n);
	return text;
}

static long double to_number(struct expr *e, const struct value *v)
{
	long double n = 0;
	if (v->number)
		return v->n;
	if (!parse_number(v->text, &n))
		e->why = "an operand of an arithmetic operator is not a number; 0 was taken";
	return n;
}

static bool is_true(const struct value *v)
{
	long double n;
	if (v->number)
		return v->n != 0;
	return v->text[0] && !(parse_number(v->text, &n) && n == 0);
}

static long double divide(struct expr *e, enum op op, long double a, long double b)
{
	if (op == OP_MOD) {
		a = truncl(a);
		b = truncl(b);
	}
	if (b == 0) {
		e->why = "division by zero; the result was taken as 0";
		return 0;
	}
	return op == OP_DIV ? a / b : fmodl(a, b);
}

static struct value arithmetic(struct expr *e, enum op op, const struct value *left, const struct value *right)
{
	long double a = to_number(e, left), b = to_number(e, right);
	switch (op) {
	case OP_ADD: return number(a + b);
	case OP_SUB: return number(a - b);
	case OP_MUL: return number(a * b);
	default: return number(divide(e, op, a, b));
	}
}

static struct value compare(struct expr *e, enum op op, const struct value *a, const struct value *b)
{
	int order;
	if (a->number && b->number)
		order = a->n < b->n ? -1 : a->n > b->n;
	else
		order = strcmp(to_text(e, a), to_text(e, b));
	switch (op) {
	case OP_EQ: return number(order == 0);
	case OP_NE: return number(order != 0);
	case OP_LT: return number(order < 0);
	case OP_GT: return number(order > 0);
	case OP_LE: return number(order <= 0);
	default: return number(order >= 0);
	}
}

/* Repetition counts multiply when nested and blow up the compiled form: refuse what would not be reasonable. */
static bool regex_reasonable(const char *regex)
{
	unsigned long product = 1;
	for (const char *p = strchr(regex, '{'); p; p = strchr(p + 1, '{')) {
		const char *comma = p + 1 + strspn(p + 1, "0123456789");
		unsigned long n = strtoul(*comma == ',' ? comma + 1 : p + 1, NULL, 10);
		if (n > 255)
			return false;
		product *= n > 0 ? n : 1;
		if (product > 4096)
			return false;
	}
	return strlen(regex) <= 512;
}

static struct value regex_value(struct expr *e, const char *text, const regmatch_t *m, bool matched, bool group)
{
	if (group && (!matched || m[1].rm_so < 0))
		return string(e, "", 0);
	if (group)
		return string(e, text + m[1].rm_so, (size_t)(m[1].rm_eo - m[1].rm_so));
	return number(matched ? m[0].rm_eo - m[0].rm_so : 0);
}

static struct value match(struct expr *e, enum op op, const struct value *a, const struct value *b)
{
	const char *text = to_text(e, a), *regex = to_text(e, b);
	regex_t re;
	regmatch_t m[2];
	if (!regex_reasonable(regex) || regcomp(&re, regex, REG_EXTENDED) != 0) {
		e->why = "the regular expression is not valid or too large; it matches nothing";
		return number(0);
	}
	bool matched = regexec(&re, text, 2, m, 0) == 0 && (op == OP_SEARCH || m[0].rm_so == 0);
	struct value v = regex_value(e, text, m, matched, re.re_nsub > 0);
	regfree(&re);
	return v;
}

static struct value join(struct expr *e, const struct value *a, const struct value *b)
{
	const char *left = to_text(e, a), *right = to_text(e, b);
	size_t llen = strlen(left), rlen = strlen(right);
	char *text = text_new(e, llen + rlen);
	if (!text)
		return number(0);
	memcpy(text, left, llen);
	memcpy(text + llen, right, rlen);
	return (struct value){.text = text};
}

static struct value apply(struct expr *e, enum op op, const struct value *a, const struct value *b)
{
	switch (op) {
	case OP_OR: return is_true(a) ? *a : *b;
	case OP_AND: return is_true(a) && is_true(b) ? *a : number(0);
	case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV: case OP_MOD: return arithmetic(e, op, a, b);
	case OP_MATCH: case OP_SEARCH: return match(e, op, a, b);
	case OP_JOIN: return join(e, a, b);
	default: return compare(e, op, a, b);
	}
}

static struct value conditional(struct expr *e);
static struct value binary(struct expr *e, int weakest);

static struct value primary(struct expr *e)
{
	struct value v = number(0);
	enum op op = e->op;
	if (op == OP_VALUE) {
		v = e->value;
		next(e);
	} else if (op == OP_LPAREN) {
		next(e);
		v = conditional(e);
		if (e->op == OP_RPAREN)
			next(e);
		else
			fail(e, "a parenthesis is not closed");
	} else if (op == OP_SUB || op == OP_NOT) {
		next(e);
		v = binary(e, BINDS_SIGN);
		v = number(op == OP_SUB ? -to_number(e, &v) : !is_true(&v));
	} else {
		fail(e, "a value was expected (write \"${VAR}\" in quotes if the variable may be empty)");
	}
	return v;
}

static struct value binary(struct expr *e, int weakest)
{
	if (++e->depth > EXPR_MAX_DEPTH)
		fail(e, "the expression is nested too deeply");
	struct value left = primary(e);
	while (!e->error && e->binds >= weakest && e->binds > 0) {
		enum op op = e->op;
		int binds = e->binds;
		next(e);
		struct value right = binary(e, binds + 1);
		left = apply(e, op, &left, &right);
	}
	e->depth--;
	return left;
}

static struct value conditional(struct expr *e)
{
	struct value v = binary(e, 1);
	if (e->op != OP_COND)
		return v;
	next(e);
	struct value yes = binary(e, 1);
	if (e->op != OP_ELSE) {
		fail(e, "? needs :: and a second value");
		return v;
	}
	next(e);
	struct value no = conditional(e);
	return is_true(&v) ? yes : no;
}

int expr_eval(struct strbuf *out, const char *text, const char **why)
{
	struct expr e = {.p = text};
	next(&e);
	if (e.op != OP_END || e.error) {
		struct value v = conditional(&e);
		if (!e.error && e.op != OP_END)
			fail(&e, "an operator was expected between two values");
		const char *result = e.error ? "" : to_text(&e, &v);
		if (!e.error)
			strbuf_add(out, result);
	}
	while (e.texts) {
		struct text *t = e.texts;
		e.texts = t->next;
		free(t);
	}
	if (why)
		*why = e.why;
	return e.error;
}
