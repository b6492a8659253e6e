/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What everybody has a right to know beside their data: the items of GDPR
 * 15(1)(a) to (h) and 15(2), each there whatever the site's notice lacks.
 */
#include "export/export_inside.h"

#include "base/buf.h"
#include "base/text.h"
#include "contacts/contacts_words.h"
#include "db/queries.h"
#include "html/words.h"

const struct export_field export_information_fields[] = {
	{ "article", EXPORT_TEXT, true },
	{ "item", EXPORT_TEXT, false },
	{ "heading", EXPORT_TEXT, false },
	{ "text", EXPORT_TEXT, false },
	{ .name = NULL }
};

const struct export_field export_purposes_fields[] = {
	{ "purpose", EXPORT_TEXT, false },
	{ "title", EXPORT_TEXT, false },
	{ "wording", EXPORT_TEXT, false },
	{ "basis", EXPORT_TEXT, false },
	{ "months_kept", EXPORT_NUMBER, false },
	{ .name = NULL }
};

const struct export_field export_retention_fields[] = {
	{ "category", EXPORT_TEXT, false },
	{ "law", EXPORT_TEXT, false },
	{ "counted_from", EXPORT_TEXT, false },
	{ "months_kept", EXPORT_NUMBER, false },
	{ "then", EXPORT_TEXT, false },
	{ .name = NULL }
};

/* The newest notice; the answers that it does not give are ours. */
struct telling {
	struct export_reading *r;
	json_t *list;
	json_t *blocks;		/* of the notice; NULL: none */
	struct q_site_load site;
};

static const json_t *
block_of(const struct telling *t, const char *key)
{
	const json_t *b;
	size_t i;

	json_array_foreach(t->blocks, i, b)
		if (text_equal(json_string_value(json_object_get(b, "key")),
		    key))
			return b;
	return NULL;
}

static void
tell(struct telling *t, const char *article, const char *item,
    const char *heading, const char *text)
{
	export_add(t->r, t->list, json_pack("{s:s?, s:s, s:s, s:s}",
	    "article", article, "item", item, "heading", heading, "text",
	    text));
}

/* What the notice says under ${item}, or else ${otherwise}. */
static void
tell_notice(struct telling *t, const char *article, const char *item,
    const char *heading, const char *otherwise)
{
	const json_t *b = block_of(t, item);

	if (b == NULL)
		tell(t, article, item, words_get(t->r->lang, heading),
		    otherwise);
	else
		tell(t, article, item, json_string_value(json_object_get(b,
		    "heading")), json_string_value(json_object_get(b,
		    "text")));
}

static void
add_part(struct buf *text, const char *part)
{
	if (text->len > 0)
		buf_text(text, "; ");
	buf_text(text, part);
}

static enum err
tell_purposes(struct telling *t)
{
	struct q_export_purposes *rows;
	struct buf text;
	size_t i, n;
	enum err e;

	if ((e = q_export_purposes(t->r->db, t->r->arena, t->r->lang, &rows,
	    &n)) != ERR_OK)
		return e;
	buf_open(&text, t->r->arena);
	for (i = 0; i < n; i++)
		add_part(&text, arena_printf(t->r->arena, "%s (%s)",
		    rows[i].title, words_get(t->r->lang,
		    contacts_basis_word(rows[i].basis))));
	tell_notice(t, "15(1)(a)", "purposes", N_("What data is used for"),
	    n > 0 ? text.ptr : words_get(t->r->lang,
	    N_("Ask the data protection officer.")));
	return ERR_OK;
}

/* The kinds of data that there really are: the sections that are not empty. */
static void
tell_categories(struct telling *t)
{
	const struct export_section *s;
	struct buf text;
	size_t i;

	buf_open(&text, t->r->arena);
	for (i = 0; i < EXPORT_SECTIONS; i++) {
		s = &export_sections[i];
		if (s->read == export_read_information)
			break;	/* what follows is of the site */
		if (t->r->lists == NULL || json_array_size(json_object_get(
		    t->r->lists, s->name)) > 0)
			add_part(&text, words_get(t->r->lang, s->title));
	}
	tell(t, "15(1)(b)", "categories", words_get(t->r->lang,
	    N_("Categories of data")), text.ptr);
}

/* "form:newsletter" in words: "you, on a form (newsletter)". */
static const char *
source_words(struct telling *t, const char *source)
{
	const char *label = words_get(t->r->lang, contacts_source_word(
	    source)), *name = strchr(source, ':');

	return name == NULL ? label : arena_printf(t->r->arena, "%s (%s)",
	    label, name + 1);
}

static enum err
tell_sources(struct telling *t)
{
	struct q_export_sources *rows;
	struct buf text;
	size_t i, n;
	enum err e;

	if ((e = q_export_sources(t->r->db, t->r->arena, t->r->contact_id,
	    &rows, &n)) != ERR_OK)
		return e;
	buf_open(&text, t->r->arena);
	for (i = 0; i < n; i++)
		add_part(&text, source_words(t, rows[i].source));
	tell(t, "15(1)(g)", "sources", words_get(t->r->lang,
	    N_("Where your data came from")), text.ptr);
	return ERR_OK;
}

static void
tell_site(struct telling *t)
{
	struct arena *a = t->r->arena;

	tell(t, "13(1)(a)", "controller", words_get(t->r->lang,
	    N_("Who is responsible")), arena_printf(a, "%s, %s, %s",
	    t->site.legal_name, t->site.address, t->site.contact_email));
	tell(t, "13(1)(b)", "dpo", words_get(t->r->lang,
	    N_("Data protection officer")), arena_printf(a, "%s, %s",
	    t->site.dpo_name, t->site.dpo_email));
}

/* The eight items of Art. 15(1), and the safeguards of 15(2). */
static enum err
tell_items(struct telling *t)
{
	const char *ask = words_get(t->r->lang,
	    N_("Ask the data protection officer."));
	enum err e;

	if ((e = tell_purposes(t)) != ERR_OK)
		return e;
	tell_categories(t);
	tell_notice(t, "15(1)(c)", "recipients", N_("Who receives the data"),
	    ask);
	tell_notice(t, "15(1)(d)", "retention", N_("How long data is kept"),
	    words_get(t->r->lang,
	    N_("As the table of the same name in this copy says.")));
	tell_notice(t, "15(1)(e)", "rights", N_("Your rights"),
	    words_get(t->r->lang,
	    N_("You may have your data corrected or erased, have its use restricted, and object to it.")));
	tell(t, "15(1)(f)", "complaint", words_get(t->r->lang,
	    N_("Where to complain")), arena_printf(t->r->arena, "%s, %s",
	    t->site.authority_name, t->site.authority_url));
	if ((e = tell_sources(t)) != ERR_OK)
		return e;
	tell_notice(t, "15(1)(h)", "decisions", N_("Automated decisions"),
	    ask);
	tell_notice(t, "15(2)", "transfers",
	    N_("Outside the European Union"), ask);
	return ERR_OK;
}

/* What the notice says beside the items. */
static void
tell_rest(struct telling *t)
{
	const char *key;
	const json_t *b, *row;
	size_t i, j;

	json_array_foreach(t->blocks, i, b) {
		key = json_string_value(json_object_get(b, "key"));
		json_array_foreach(t->list, j, row)
			if (text_equal(json_string_value(json_object_get(row,
			    "item")), key))
				break;
		if (j == json_array_size(t->list))
			tell(t, NULL, key, json_string_value(json_object_get(
			    b, "heading")), json_string_value(
			    json_object_get(b, "text")));
	}
}

enum err
export_read_information(struct export_reading *r, json_t *list)
{
	struct telling t = { .r = r, .list = list };
	struct q_export_notice *notice;
	size_t n;
	enum err e;

	if ((e = q_site_load(r->db, r->arena, &t.site)) != ERR_OK ||
	    (e = q_export_notice(r->db, r->arena, r->lang, &notice, &n)) !=
	    ERR_OK)
		return e;
	if (n > 0 && (t.blocks = json_loads(notice[0].blocks,
	    JSON_REJECT_DUPLICATES, NULL)) == NULL)
		r->is_broken = true;
	tell_site(&t);
	if ((e = tell_items(&t)) == ERR_OK)
		tell_rest(&t);
	json_decref(t.blocks);
	return e;
}

enum err
export_read_purposes(struct export_reading *r, json_t *list)
{
	struct q_export_purposes *rows;
	size_t i, n;
	enum err e;

	if ((e = q_export_purposes(r->db, r->arena, r->lang, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s, s:s, s:s, s:I}", "purpose",
		    rows[i].code, "title", rows[i].title, "wording",
		    rows[i].wording, "basis", rows[i].basis, "months_kept",
		    (json_int_t)rows[i].months));
	return ERR_OK;
}

enum err
export_read_retention(struct export_reading *r, json_t *list)
{
	struct q_contacts_rules *rows;
	size_t i, n;
	enum err e;

	if ((e = q_contacts_rules(r->db, r->arena, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		export_add(r, list, json_pack("{s:s, s:s, s:s, s:I, s:s}",
		    "category", rows[i].category, "law", rows[i].law,
		    "counted_from", rows[i].start_event, "months_kept",
		    (json_int_t)rows[i].months, "then", rows[i].action));
	return ERR_OK;
}
