/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Forms, their versions, pending sign-ups: rows to structs and back.
 */
#include "forms/forms.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "db/queries.h"

enum err
forms_current_load(struct db *db, struct arena *a, const char *code,
    struct forms_current *ret_current)
{
	struct q_forms_current *rows;
	struct buf origins;
	size_t i, n;
	enum err e;

	if (strlen(code) > FORMS_CODE_MAX_BYTES)
		return ERR_NOTFOUND;
	if ((e = q_forms_current(db, a, code, &rows, &n)) != ERR_OK)
		return e;
	if (n == 0 || rows[0].version_id == 0 ||
	    strcmp(rows[0].state, "draft") == 0)
		return ERR_NOTFOUND;
	buf_open(&origins, a);
	for (i = 0; i < n && rows[i].origin != NULL; i++) {
		buf_text(&origins, i == 0 ? "" : " ");
		buf_text(&origins, rows[i].origin);
	}
	ret_current->form_id = rows[0].form_id;
	ret_current->version_id = rows[0].version_id;
	ret_current->is_published = strcmp(rows[0].state, "published") == 0;
	ret_current->origins = origins.ptr;
	return ERR_OK;
}

/* The channels that the definition offers for a purpose. */
static void
set_channels(struct forms_purpose *p, json_t *names)
{
	enum forms_channel channel;
	const char *name;
	size_t i;

	for (i = 0; i < json_array_size(names); i++) {
		name = json_string_value(json_array_get(names, i));
		for (channel = 0; channel < CHANNEL__MAX; channel++)
			if (text_equal(name, forms_channel_names[channel]))
				p->has_channel[channel] = true;
	}
}

static void
set_purpose(struct forms_purpose *p, const struct q_forms_purposes *row)
{
	p->purpose_id = row->purpose_id;
	p->code = row->code;
	p->basis = row->basis;
	p->retention_months = (unsigned)row->retention_months;
	if (p->n_texts < FORMS_LANGUAGES_MAX)
		p->texts[p->n_texts++] = (struct forms_text){ row->language,
		    row->title, row->wording };
}

static enum err
load_purposes(struct db *db, struct arena *a, struct forms_version *v)
{
	json_t *choices = json_object_get(v->definition, "choices"), *choice;
	struct q_forms_purposes_each ids[FORMS_CHOICES_MAX];
	struct q_forms_purposes *rows;
	size_t i, j, n_rows, n = json_array_size(choices);
	enum err e;

	if (n == 0 || n > FORMS_CHOICES_MAX)
		return ERR_INVALID;
	v->purposes = arena_take(a, n * sizeof(*v->purposes));
	v->n_purposes = n;
	for (i = 0; i < n; i++) {
		choice = json_array_get(choices, i);
		ids[i].version_id = (uint64_t)json_integer_value(
		    json_object_get(choice, "purpose_version"));
		v->purposes[i].version_id = ids[i].version_id;
		set_channels(&v->purposes[i], json_object_get(choice,
		    "channels"));
	}
	if ((e = q_forms_purposes(db, a, ids, n, &rows, &n_rows)) != ERR_OK)
		return e;
	for (i = 0; i < n_rows; i++)
		for (j = 0; j < n; j++)
			if (v->purposes[j].version_id == rows[i].version_id)
				set_purpose(&v->purposes[j], &rows[i]);
	return ERR_OK;
}

static enum err
load_notice(struct db *db, struct arena *a, struct forms_version *v)
{
	struct q_forms_notice *rows;
	size_t i, n;
	enum err e;

	if ((e = q_forms_notice(db, a, v->notice_version_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n && i < FORMS_LANGUAGES_MAX; i++) {
		v->notices[i].lang = rows[i].language;
		v->notices[i].blocks = json_loads(rows[i].blocks,
		    JSON_REJECT_DUPLICATES, NULL);
		if (v->notices[i].blocks == NULL)
			return ERR_INVALID;
	}
	v->n_notices = i;
	return ERR_OK;
}

enum err
forms_published_load(struct db *db, struct arena *a,
    struct forms_published **ret_list, size_t *ret_n)
{
	struct q_forms_published *rows;
	struct forms_published *list;
	size_t i, n;
	enum err e;

	if ((e = q_forms_published(db, a, FORMS_PUBLISHED_MAX, &rows, &n)) !=
	    ERR_OK)
		return e;
	list = arena_take(a, (n + 1) * sizeof(*list));
	for (i = 0; i < n; i++)
		list[i] = (struct forms_published){ rows[i].code,
		    rows[i].version_id };
	*ret_list = list;
	*ret_n = n;
	return ERR_OK;
}

enum err
forms_version_load(struct db *db, struct arena *a, uint64_t id,
    struct forms_version **ret_version)
{
	struct forms_version *v;
	struct q_forms_version row;
	enum err e;

	if ((e = q_forms_version(db, a, id, &row)) != ERR_OK)
		return e;
	v = arena_take(a, sizeof(*v));	/* not for every unknown id */
	v->id = id;
	v->form_id = row.form_id;
	v->code = row.code;
	v->notice_version_id = row.notice_version_id;
	v->notice_number = row.notice_number;
	v->notice_us = row.notice_us;
	v->definition = json_loads(row.definition, JSON_REJECT_DUPLICATES,
	    NULL);
	if (v->definition == NULL)
		e = ERR_INVALID;
	else if ((e = load_purposes(db, a, v)) == ERR_OK &&
	    (e = load_notice(db, a, v)) == ERR_OK)
		e = forms_fields(a, v);
	if (e == ERR_INVALID) {
		log_fault("form_version=%llu what=\"its definition cannot be read\"",
		    (unsigned long long)id);
		return ERR_BUG;
	}
	if (e != ERR_OK)
		return e;
	*ret_version = v;
	return ERR_OK;
}

enum err
forms_signup_insert(struct db *db, struct arena *a,
    const struct forms_signup *s, uint64_t *ret_id)
{
	struct q_forms_signup_insert row;
	enum err e;

	if ((e = q_forms_signup_insert(db, a, s->form_version_id,
	    (struct bytes){ s->rendering, HASH_BYTES }, s->lang, s->mailbox,
	    (struct bytes){ (const unsigned char *)s->mailbox_key,
	    strlen(s->mailbox_key) }, s->given_name, s->family_name, s->phone,
	    s->choices, (struct bytes){ s->token_hash, HASH_BYTES },
	    (struct bytes){ s->code_hash, HASH_BYTES }, s->created_us,
	    s->expires_us, &row)) != ERR_OK)
		return e;
	*ret_id = row.id;
	return ERR_OK;
}

enum err
forms_rendering_insert(struct db *db, const struct forms_signup *s,
    struct bytes body)
{
	return q_forms_rendering_insert(db, (struct bytes){ s->rendering,
	    HASH_BYTES }, s->form_version_id, s->lang, body, s->created_us,
	    NULL);
}
