#include "dialplan/expr.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum op {
	OP_END, OP_VALUE, OP_LPAREN, OP_RPAREN, OP_COND, OP_ELSE, OP_OR, OP_AND, OP_EQ, OP_NE, OP_LT, OP_GT, OP_LE, OP_GE,
	OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_NOT, OP_MATCH, OP_SEARCH, OP_JOIN, OP_COMMA, OP_BAD,
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
	{",", OP_COMMA, 0},
};
enum { BINDS_SIGN = 6, OPERATORS = sizeof operators / sizeof *operators };

struct text {
	struct text *next;
	char text[];
};

struct value {
	bool number;         /* otherwise text */
	long double n;
	const char *text;    /* as written, with its quotes; of a number: NULL when it was computed */
};

struct expr {
	const char *p;
	enum op op;          /* the token at hand */
	int binds;
	struct value value;  /* when it is OP_VALUE */
	int depth;
	bool failed;         /* what stands here is no expression */
	bool nomem;
	const char *why;
	struct text *texts;  /* all strings made on the way */
};

static void fail(struct expr *e, const char *why)
{
	if (!e->failed)
		e->why = why;
	e->failed = true;
	e->op = OP_END;
	e->binds = 0;
}

static struct value number(long double n)
{
	return (struct value){.number = true, .n = n};
}

/* Room for a string of `len` bytes, given back with all others; NULL when out of memory. */
static char *text_new(struct expr *e, size_t len)
{
	struct text *t = malloc(sizeof *t + len + 1);
	if (!t) {
		e->nomem = true;
		return NULL;
	}
	t->next = e->texts;
	e->texts = t;
	t->text[len] = '\0';
	return t->text;
}

/* Digits, at most with a point between them, and a minus before them. */
static bool parse_number(const char *text, long double *n)
{
	const char *p = text + (text[0] == '-');
	size_t whole = strspn(p, "0123456789"), part = 0;
	if (p[whole] == '.')
		part = 1 + strspn(p + whole + 1, "0123456789");
	if (whole == 0 || part == 1 || p[whole + part])
		return false;
	*n = strtold(text, NULL);
	return true;
}

/* A text is a number when it looks like one, however it came to be; with quotes it does not. */
static struct value text_value(const char *text)
{
	struct value v = {.text = text};
	v.number = parse_number(text, &v.n);
	return v;
}

static struct value string(struct expr *e, const char *from, size_t len)
{
	char *text = text_new(e, len);
	if (!text)
		return number(0);
	memcpy(text, from, len);
	return text_value(text);
}

/* Quoted text keeps its quotes, and nothing in it has a meaning. */
static void lex_quoted(struct expr *e)
{
	const char *end = strchr(e->p + 1, '"');
	if (!end) {
		e->op = OP_BAD;
		return;
	}
	e->value = string(e, e->p, (size_t)(end + 1 - e->p));
	e->op = OP_VALUE;
	e->p = end + 1;
}

static void lex_word(struct expr *e)
{
	size_t len = strcspn(e->p, " \t\r\n\"|&=<>!+-*/%?:~(),");
	if (len == 0) {
		e->op = OP_BAD;
		return;
	}
	e->value = string(e, e->p, len);
	e->p += len;
	e->op = OP_VALUE;
}

static void next(struct expr *e)
{
	e->binds = 0;
	if (e->failed || e->nomem) {
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
	if (v->text)
		return v->text;
	char *text = text_new(e, 63);
	if (!text)
		return "";
	snprintf(text, 64, "%.18Lg", v->n);
	return text;
}

/* The text without the quotes around it. */
static const char *to_bare(struct expr *e, const struct value *v)
{
	const char *text = to_text(e, v);
	size_t len = strlen(text);
	if (len < 2 || text[0] != '"' || text[len - 1] != '"')
		return text;
	struct value bare = string(e, text + 1, len - 2);
	return to_text(e, &bare);
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

/* What & and | call true: everything but nothing and a number that is 0; quotes are something. */
static bool is_true(const struct value *v)
{
	return v->number ? v->n != 0 : v->text[0];
}

/* What ? calls true: quotes around nothing are nothing here. */
static bool is_chosen(const struct value *v)
{
	return v->number ? v->n != 0 : v->text[0] && strcmp(v->text, "\"\"") != 0 && strcmp(v->text, "0") != 0;
}

/* What ! calls true: a text that begins with a whole number other than 0. */
static bool is_counted(const struct value *v)
{
	return v->number ? truncl(v->n) != 0 : strtol(v->text, NULL, 10) != 0;
}

static long double divide(struct expr *e, enum op op, long double a, long double b)
{
	if (b != 0)
		return op == OP_DIV ? a / b : fmodl(a, b);
	e->why = "division by zero; the result of / was taken as 2147483647, that of % as 0";
	return op == OP_DIV ? INT_MAX : 0;
}

static bool is_number(const struct value *v)
{
	long double n;
	return v->number || parse_number(v->text, &n);
}

static struct value arithmetic(struct expr *e, enum op op, const struct value *left, const struct value *right)
{
	long double a = to_number(e, left), b = to_number(e, right);
	switch (op) {
	case OP_ADD: return number(a + b);
	case OP_SUB: return number(a - b);
	case OP_MUL: return number(a * b);
	default: return number(is_number(left) && is_number(right) ? divide(e, op, a, b) : 0);
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
	const char *text = to_bare(e, a), *regex = to_bare(e, b);
	regex_t re;
	regmatch_t m[2];
	if (!regex_reasonable(regex) || regcomp(&re, regex, REG_EXTENDED) != 0) {
		e->why = "the regular expression is not valid or too large; it matches nothing";
		return string(e, "", 0);
	}
	bool matched = regexec(&re, text, 2, m, 0) == 0 && (op == OP_SEARCH || m[0].rm_so == 0);
	struct value v = regex_value(e, text, m, matched, re.re_nsub > 0);
	regfree(&re);
	return v;
}

static struct value join(struct expr *e, const struct value *a, const struct value *b)
{
	const char *left = to_bare(e, a), *right = to_bare(e, b);
	size_t llen = strlen(left), rlen = strlen(right);
	char *text = text_new(e, llen + rlen);
	if (!text)
		return number(0);
	memcpy(text, left, llen);
	memcpy(text + llen, right, rlen);
	return text_value(text);
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

/* ABS(x): a function, which may not stand here.  It is passed over. */
static struct value function(struct expr *e)
{
	int depth = 0;
	e->why = "a function is written ${NAME(...)}; 0 was taken";
	do {
		depth += (e->op == OP_LPAREN) - (e->op == OP_RPAREN);
		next(e);
	} while (depth > 0 && e->op != OP_END && e->op != OP_BAD);
	if (depth > 0)
		fail(e, "a parenthesis is not closed");
	return number(0);
}

static struct value primary(struct expr *e)
{
	struct value v = number(0);
	enum op op = e->op;
	if (op == OP_VALUE) {
		v = e->value;
		next(e);
		if (e->op == OP_LPAREN)
			v = function(e);
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
		v = number(op == OP_NOT ? !is_counted(&v) : v.number ? -v.n : to_number(e, &v));
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
	while (!e->failed && !e->nomem && e->binds >= weakest && e->binds > 0) {
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
	struct value yes = conditional(e);
	if (e->op != OP_ELSE) {
		fail(e, "? needs :: and a second value");
		return v;
	}
	next(e);
	struct value no = conditional(e);
	return is_chosen(&v) ? yes : no;
}

/* What is no expression has a value all the same, and dialplans may rest on it: what is complete before the mistake, 0 when nothing is. */
static const char *evaluate(struct expr *e)
{
	next(e);
	if (e->op == OP_END)
		return "";
	if (e->op != OP_VALUE && e->op != OP_LPAREN && e->op != OP_SUB && e->op != OP_NOT) {
		fail(e, "the expression does not begin with a value (write \"${VAR}\" in quotes if the variable may be empty)");
		return "";
	}
	struct value v = conditional(e);
	if (e->failed)
		return "0";
	if (e->op != OP_END)
		e->why = e->op == OP_BAD ? "a quote is not closed, or a lone ~; what stands before it was taken"
			: "an operator was expected between two values; what stands before it was taken";
	return to_text(e, &v);
}

int expr_eval(struct strbuf *out, const char *text, const char **why)
{
	struct expr e = {.p = text};
	const char *result = evaluate(&e);
	if (!e.nomem)
		strbuf_add(out, result);
	while (e.texts) {
		struct text *t = e.texts;
		e.texts = t->next;
		free(t);
	}
	if (why)
		*why = e.why;
	return e.nomem ? -ENOMEM : 0;
}
