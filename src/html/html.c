/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The templates of one program: read once from their files, compiled once in
 * each language, rendered without looking back at either.
 */
#include "html/html.h"

#include <assert.h>

#include "base/log.h"
#include "base/text.h"
#include "html/files.h"
#include "html/render.h"
#include "html/template.h"
#include "html/words.h"

struct html {
	struct arena *arena;
	struct faults faults;
	struct set *sets;	/* one per language */
	size_t n_sets;
};

static const struct place in_text = { .spot = SPOT_TEXT };

static bool
is_html_name(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && strcmp(name + len - 5, ".html") == 0;
}

static void
fill_set(struct set *set, const struct files *files)
{
	struct template *t;
	size_t i;

	set->at = arena_take(set->arena, (files->n + 1) * sizeof(set->at[0]));
	set->n = files->n;
	for (i = 0; i < files->n; i++) {
		t = &set->at[i];
		t->set = set;
		t->name = files->at[i].name;
		t->file = files->at[i].path;
		t->text = files->at[i].text;
		t->is_html = is_html_name(t->name);
	}
	template_sort(set);
}

static enum err
compile_set(struct set *set)
{
	enum err e, worst = ERR_OK;
	size_t i;

	for (i = 0; i < set->n; i++) {
		e = template_link(&set->at[i], &in_text, false,
		    &set->at[i].main);
		if (e != ERR_OK)
			worst = e;
	}
	return worst;
}

/* No program is made after the start. */
static void
forget_parsed(struct set *set)
{
	size_t i;

	for (i = 0; i < set->n; i++) {
		memset(set->at[i].parsed, 0, sizeof(set->at[i].parsed));
		set->at[i].text = NULL;
	}
	set->scratch = NULL;
}

enum err
html_open(const struct html_source *source, struct html **ret_html)
{
	struct arena *a = arena_open();
	struct html *html = arena_take(a, sizeof(*html));
	struct files files = { .n = 0 };
	struct arena *scratch = arena_open();
	struct set *set;
	enum err e, worst;
	size_t i, n = 0;

	while (source->langs[n] != NULL)
		n++;
	html->arena = html->faults.arena = a;
	html->sets = arena_take(a, (n + 1) * sizeof(html->sets[0]));
	html->n_sets = n;
	worst = files_read(a, scratch, source, &files);
	for (i = 0; i < n; i++) {
		set = &html->sets[i];
		set->arena = a;
		set->scratch = scratch;
		set->lang = source->langs[i];
		set->faults = &html->faults;
		fill_set(set, &files);
		if ((e = compile_set(set)) != ERR_OK)
			worst = e;
		forget_parsed(set);
	}
	arena_close(scratch);
	words_forget();		/* they stand in the programs */
	if (worst != ERR_OK) {
		html_close(html);
		return worst;
	}
	*ret_html = html;
	return ERR_OK;
}

void
html_close(struct html *html)
{
	if (html != NULL)
		arena_close(html->arena);
}

enum err
html_render(const struct html *html, const char *name, const char *lang,
    json_t *view, struct buf *out)
{
	const struct template *t;
	size_t i;

	for (i = 0; i < html->n_sets; i++)
		if (strcmp(html->sets[i].lang, lang) == 0)
			break;
	if (i == html->n_sets) {
		log_fault("event=template_lang lang=%.20s", lang);
		return ERR_BUG;
	}
	t = template_find(&html->sets[i], name);
	if (t == NULL) {
		log_fault("event=template_unknown name=%.100s", name);
		return ERR_BUG;
	}
	assert(t->main != NULL);
	return render_run(t->main, view, out);
}

static struct template
text_template(struct set *set, const char *name, const char *text,
    unsigned flags)
{
	return (struct template){ .name = name, .file = name, .text = text,
	    .set = set, .is_html = (flags & HTML_TXT) == 0 };
}

enum err
html_render_text(struct arena *a, const char *text, json_t *view,
    json_t *partials, unsigned flags, struct buf *out)
{
	struct faults faults = { .arena = a };
	struct set set = { .arena = a, .scratch = a, .lang = "en", .flags = flags,
	    .has_names_as_they_stand = true, .faults = &faults };
	struct template main = text_template(&set, "text", text, flags);
	const struct program *program;
	const char *name;
	json_t *value;
	enum err e;

	set.at = arena_take(a, (json_object_size(partials) + 1) *
	    sizeof(set.at[0]));
	json_object_foreach(partials, name, value)
		if (json_is_string(value))
			set.at[set.n++] = text_template(&set, name,
			    json_string_value(value), flags);
	template_sort(&set);
	if ((e = template_link(&main, &in_text, false, &program)) != ERR_OK)
		return e;
	return render_run(program, view, out);
}
