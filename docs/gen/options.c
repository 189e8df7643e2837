/* Writes docs/options.md, the reference of all settings, from the tables that the programs themselves use.
 *
 *   gen-options               the page to standard output
 *   gen-options --check FILE  status 1 and the first line that differs when FILE is not that page */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/iax_options.h"

static const char *const support_titles[] = {
    [IAX_OPTION_NOW] = "Supported",
    [IAX_OPTION_LATER] = "Known, without effect yet",
    [IAX_OPTION_DEAD] = "Dead: reported, without effect",
};

static const struct {
	const char *name, *default_text, *help;
} own_options[] = {
#define TANDEM_OPTION(name, default_text, help) {#name, default_text, help},
#include "config/tandem_options.def"
#undef TANDEM_OPTION
};

/* Text in a table cell: a bar would end it. */
static void write_cell(FILE *out, const char *text)
{
	fputc(' ', out);
	for (; *text; text++) {
		if (*text == '|' || *text == '<') {
			fputc('\\', out);
		}
		fputc(*text, out);
	}
	fputs(" |", out);
}

static void write_where(FILE *out, unsigned where)
{
	fprintf(out, " %s%s%s |", where & IAX_IN_GENERAL ? "G" : "", where & IAX_IN_USER ? "U" : "", where & IAX_IN_PEER ? "P" : "");
}

static void write_values(FILE *out, const struct iax_option *option)
{
	char text[128];
	if (option->type == IAX_TYPE_BOOL) {
		snprintf(text, sizeof(text), "yes, no");
	} else if (option->type == IAX_TYPE_TRUNKMTU) {
		snprintf(text, sizeof(text), "0, %lu-%lu %s", option->min, option->max, option->unit);
	} else if (option->max && option->type != IAX_TYPE_NONE && option->type != IAX_TYPE_TOS && option->type != IAX_TYPE_QUALIFY) {
		snprintf(text, sizeof(text), "%lu-%lu %s", option->min, option->max, option->unit);
	} else {
		snprintf(text, sizeof(text), "%s", option->unit);
	}
	write_cell(out, text);
}

static void write_iax_options(FILE *out, enum iax_option_support support)
{
	fprintf(out, "\n### %s\n\n| option | in | values | default | meaning |\n| --- | --- | --- | --- | --- |\n",
	        support_titles[support]);
	for (size_t i = 0; i < iax_option_count; i++) {
		const struct iax_option *option = &iax_options[i];
		if (option->support != support) {
			continue;
		}
		fprintf(out, "| `%s` |", option->name);
		write_where(out, option->where);
		write_values(out, option);
		write_cell(out, option->default_text);
		write_cell(out, option->help);
		fputc('\n', out);
	}
}

static void write_page(FILE *out)
{
	fputs("# Settings\n\nThis page is written by `docs/gen/options.c` from the tables in `src/config`; a test compares it.\n\n"
	      "## iax.conf\n\n`G` = `[general]`, `U` = users (`type=user`, `type=friend`), `P` = peers (`type=peer`, `type=friend`). "
	      " What is set in\n"
	      "`[general]` is the starting value of users and peers where both have it.\n",
	      out);
	write_iax_options(out, IAX_OPTION_NOW);
	write_iax_options(out, IAX_OPTION_LATER);
	write_iax_options(out, IAX_OPTION_DEAD);
	fputs("\n## tandem.conf\n\nOne section, `[tandem]`.  The file and every setting in it are optional.\n\n| setting | default | "
	      "meaning |\n"
	      "| --- | --- | --- |\n",
	      out);
	for (size_t i = 0; i < sizeof(own_options) / sizeof(own_options[0]); i++) {
		fprintf(out, "| `%s` |", own_options[i].name);
		write_cell(out, own_options[i].default_text);
		write_cell(out, own_options[i].help);
		fputc('\n', out);
	}
}

/* The number of the first line in which two texts differ. */
static int first_difference(const char *a, const char *b)
{
	int line = 1;
	for (; *a && *a == *b; a++, b++) {
		line += *a == '\n';
	}
	return *a == *b ? 0 : line;
}

static char *read_file(const char *path)
{
	FILE *in = fopen(path, "r");
	char *text = calloc(1, 1 << 20);
	if (!in || !text) {
		perror(path);
		exit(1);
	}
	size_t len = fread(text, 1, (1 << 20) - 1, in);
	text[len] = '\0';
	fclose(in);
	return text;
}

static int check(const char *path)
{
	char *page = NULL, *have = read_file(path);
	size_t size;
	FILE *out = open_memstream(&page, &size);
	if (!out) {
		perror("memory");
		free(have);
		return 1;
	}
	write_page(out);
	fclose(out);
	int line = first_difference(have, page);
	free(page);
	free(have);
	if (line) {
		fprintf(stderr, "%s:%d: differs from the tables; write it anew with: gen-options > docs/options.md\n", path, line);
	}
	return line != 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--check") == 0) {
		return check(argv[2]);
	}
	if (argc != 1) {
		fprintf(stderr, "usage: gen-options [--check FILE]\n");
		return 2;
	}
	write_page(stdout);
	return 0;
}
