/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A version of a purpose is never changed: the next one follows it, under the
 * purpose's lock, and the forms that ask follow with it.
 * Law: GDPR 5(1)(b), 6(1), 7(1), 7(3); ePrivacy 13.
 */
#include "consent/consent_purposes_office.h"

#include <string.h>

#include "base/text.h"
#include "base/tree.h"
#include "ledger/ledger.h"

const char *const consent_channels[CONSENT_CHANNELS] = { "email", "phone",
	"post", "sms" };

static bool
has_word(const char *list, const char *word)
{
	size_t len = strlen(word);
	const char *at = list;

	while (at != NULL && (at = strstr(at, word)) != NULL) {
		if ((at == list || at[-1] == ' ') &&
		    (at[len] == '\0' || at[len] == ' '))
			return true;
		at += len;
	}
	return false;
}

enum err
consent_purpose_load(struct ctx *c, struct db *db, uint64_t id,
    struct consent_now *ret_now)
{
	const char *const *languages = c->worker->config->languages;
	struct q_site_purpose_words *words;
	struct q_purposes_list *rows;
	struct consent_now now;
	size_t i, j, n;
	enum err e;

	if ((e = q_purposes_list(db, c->arena, c->lang, id, &rows, &n)) !=
	    ERR_OK)
		return e;
	if (n == 0 || id == 0)
		return ERR_NOTFOUND;
	memset(&now, 0, sizeof(now));
	now.row = rows[0];
	now.is = (struct consent_wanted){ .purpose_id = rows[0].id,
	    .code = rows[0].code, .basis = rows[0].basis,
	    .is_commercial = rows[0].is_commercial,
	    .months = rows[0].months };
	for (i = 0; i < CONSENT_CHANNELS; i++)
		now.is.has[i] = has_word(rows[0].channels,
		    consent_channels[i]);
	if ((e = q_site_purpose_words(db, c->arena, rows[0].version_id,
	    &words, &n)) != ERR_OK)
		return e;
	for (i = 0; languages[i] != NULL; i++) {
		now.is.title[i] = now.is.wording[i] = "";
		for (j = 0; j < n; j++)
			if (strcmp(words[j].language, languages[i]) == 0) {
				now.is.title[i] = words[j].title;
				now.is.wording[i] = words[j].wording;
			}
	}
	*ret_now = now;
	return ERR_OK;
}

static bool
is_same(struct ctx *c, const struct consent_wanted *a,
    const struct consent_wanted *b)
{
	size_t i;

	if (strcmp(a->basis, b->basis) != 0 || a->months != b->months ||
	    a->is_commercial != b->is_commercial ||
	    memcmp(a->has, b->has, sizeof(a->has)) != 0)
		return false;
	for (i = 0; c->worker->config->languages[i] != NULL; i++)
		if (strcmp(a->title[i], b->title[i]) != 0 ||
		    strcmp(a->wording[i], b->wording[i]) != 0)
			return false;
	return true;
}

/* Whether the form of this definition asks for one of the versions; gives each
 * channel that it asks for. */
static bool
form_asks(const json_t *definition, const struct q_purposes_version_ids *ids,
    size_t n, bool has[CONSENT_CHANNELS])
{
	const json_t *choice, *channel;
	bool asks = false;
	size_t i, j, k;

	json_array_foreach(json_object_get(definition, "choices"), i, choice)
		for (j = 0; j < n; j++) {
			if ((uint64_t)json_integer_value(json_object_get(
			    choice, "purpose_version")) != ids[j].id)
				continue;
			asks = true;
			json_array_foreach(json_object_get(choice,
			    "channels"), k, channel)
				for (size_t h = 0; h < CONSENT_CHANNELS; h++)
					if (text_equal(json_string_value(
					    channel), consent_channels[h]))
						has[h] = true;
		}
	return asks;
}

/* All forms, and of which versions the purpose has been. */
struct forms_of {
	struct q_purposes_forms *rows;
	size_t n;
	struct q_purposes_version_ids *ids;
	size_t n_ids;
};

static enum err
load_forms(struct ctx *c, struct db *db, uint64_t purpose_id,
    struct forms_of *ret)
{
	enum err e;

	if ((e = q_purposes_forms(db, c->arena, &ret->rows, &ret->n)) !=
	    ERR_OK)
		return e;
	return q_purposes_version_ids(db, c->arena, purpose_id, &ret->ids,
	    &ret->n_ids);
}

enum err
consent_purpose_form(struct ctx *c, struct db *db, uint64_t id,
    const char **ret_code)
{
	bool has[CONSENT_CHANNELS];
	struct forms_of f;
	json_t *definition;
	size_t i;
	enum err e;

	if ((e = load_forms(c, db, id, &f)) != ERR_OK)
		return e;
	*ret_code = NULL;
	for (i = 0; i < f.n && *ret_code == NULL; i++) {
		definition = json_loads(f.rows[i].definition, 0, NULL);
		if (strcmp(f.rows[i].state, "published") == 0 &&
		    form_asks(definition, f.ids, f.n_ids, has))
			*ret_code = f.rows[i].code;
		json_decref(definition);
	}
	return ERR_OK;
}

/* A channel that goes while people, or forms, still need it. */
static enum err
refuse_channels(struct ctx *c, struct db *db, const struct consent_now *now,
    const struct consent_wanted *w, const char **ret_why)
{
	struct q_site_purpose_channels *rows;
	bool used[CONSENT_CHANNELS] = { false };
	struct forms_of f;
	json_t *definition;
	size_t i, j, n;
	enum err e;

	if ((e = q_site_purpose_channels(db, c->arena, now->row.version_id,
	    &rows, &n)) != ERR_OK ||
	    (e = load_forms(c, db, now->row.id, &f)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		for (j = 0; j < CONSENT_CHANNELS; j++)
			if (rows[i].is_given && !w->has[j] && strcmp(
			    rows[i].channel, consent_channels[j]) == 0)
				*ret_why = _("People have said yes to a channel that you take away, and could not take it back any more.");
	for (i = 0; i < f.n; i++) {
		definition = json_loads(f.rows[i].definition, 0, NULL);
		(void)form_asks(definition, f.ids, f.n_ids, used);
		json_decref(definition);
	}
	for (j = 0; j < CONSENT_CHANNELS; j++)
		if (used[j] && !w->has[j])
			*ret_why = _("A form asks for a channel that you take away: change the form first.");
	return ERR_OK;
}

enum err
consent_purpose_refusal(struct ctx *c, struct db *db,
    const struct consent_now *now, const struct consent_wanted *w,
    const char **ret_why)
{
	struct q_site_purpose_now *chosen;
	size_t n;
	enum err e;

	*ret_why = NULL;
	/* email, phone, sms: ePrivacy 13; Loi 2025-594 */
	if (w->is_commercial && strcmp(w->basis, "consent") != 0 &&
	    (w->has[0] || w->has[1] || w->has[3]))
		*ret_why = _("Advertising by e-mail, SMS or phone to consumers needs their consent: no other basis carries it. What the law allows towards customers is noted on their record.");
	if ((e = q_site_purpose_now(db, c->arena, w->code, &chosen, &n)) !=
	    ERR_OK || *ret_why != NULL)
		return e;
	if (now == NULL) {
		if (n > 0)
			*ret_why = _("There is a purpose of this code already.");
		return ERR_OK;
	}
	if (now->row.is_closed)
		*ret_why = _("This purpose is closed.");
	else if (is_same(c, &now->is, w))
		*ret_why = _("Nothing differs from the version that there is.");
	else if (n > 0 && chosen->is_chosen &&
	    (strcmp(now->is.basis, w->basis) != 0 ||
	    now->is.is_commercial != w->is_commercial))
		*ret_why = _("People have chosen under another basis, or another kind: that is another purpose, with a code of its own.");
	return *ret_why != NULL ? ERR_OK : refuse_channels(c, db, now, w,
	    ret_why);
}

/* The forms that ask for the purpose ask for its newest version from now on,
 * as "assent site load" does it. */
static enum err
move_forms(struct ctx *c, struct db *db, const struct consent_now *now,
    uint64_t version_id)
{
	struct q_consent_notice_newest notice;
	struct q_purposes_form_insert row;
	bool has[CONSENT_CHANNELS];
	json_t *definition, *choice;
	struct forms_of f;
	size_t i, j, k;
	enum err e;

	if ((e = load_forms(c, db, now->row.id, &f)) != ERR_OK ||
	    (e = q_consent_notice_newest(db, c->arena, &notice)) != ERR_OK)
		return e;
	for (i = 0; i < f.n && e == ERR_OK; i++) {
		definition = json_loads(f.rows[i].definition, 0, NULL);
		if (!form_asks(definition, f.ids, f.n_ids, has)) {
			json_decref(definition);
			continue;
		}
		json_array_foreach(json_object_get(definition, "choices"), j,
		    choice)
			for (k = 0; k < f.n_ids; k++)
				if ((uint64_t)json_integer_value(
				    json_object_get(choice,
				    "purpose_version")) == f.ids[k].id)
					json_object_set_new(choice,
					    "purpose_version", json_integer(
					    (json_int_t)version_id));
		e = q_purposes_form_insert(db, c->arena, f.rows[i].id,
		    f.rows[i].newest + 1, notice.id, tree_text(c->arena,
		    definition, JSON_COMPACT), c->now_us, &row);
		json_decref(definition);
		if (e == ERR_OK)
			e = q_purposes_form_point(db, row.id, f.rows[i].id,
			    NULL);
	}
	return e;
}

static enum err
store_words(struct ctx *c, struct db *db, uint64_t version_id,
    const struct consent_wanted *w)
{
	const char *const *languages = c->worker->config->languages;
	size_t i;
	enum err e = ERR_OK;

	for (i = 0; i < CONSENT_CHANNELS && e == ERR_OK; i++)
		if (w->has[i])
			e = q_site_purpose_channel_insert(db, version_id,
			    consent_channels[i], NULL);
	for (i = 0; languages[i] != NULL && e == ERR_OK; i++)
		e = q_site_purpose_text_insert(db, version_id, languages[i],
		    w->title[i], w->wording[i], NULL);
	return e;
}

static enum err
note(struct ctx *c, struct db *db, const struct consent_wanted *w,
    uint64_t id, uint64_t number)
{
	struct ledger_audit event = { .verb = number == 1 ?
	    "purpose.created" : "purpose.changed", .actor = "staff",
	    .actor_id = c->caller.staff_id, .object = "purpose",
	    .object_id = id, .at_us = c->now_us };
	json_t *detail = json_pack("{s:b, s:I, s:s}", "material",
	    w->is_material, "number", (json_int_t)number, "purpose", w->code);

	event.detail = tree_text(c->arena, detail, JSON_COMPACT |
	    JSON_SORT_KEYS);
	json_decref(detail);
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
consent_purpose_store(struct ctx *c, struct db *db,
    const struct consent_now *now, const struct consent_wanted *w,
    uint64_t *ret_id)
{
	uint64_t number = now == NULL ? 1 : now->row.number + 1;
	uint64_t id = now == NULL ? 0 : now->row.id;
	struct q_purposes_version_insert version;
	struct q_site_purpose_insert row;
	enum err e;

	if (now == NULL) {
		if ((e = q_site_purpose_insert(db, c->arena, w->code, &row)) !=
		    ERR_OK)
			return e;
		id = row.id;
	}
	if ((e = q_purposes_version_insert(db, c->arena, id, number, w->basis,
	    w->is_commercial, now == NULL || w->is_material, w->months,
	    c->now_us, &version)) != ERR_OK ||
	    (e = store_words(c, db, version.id, w)) != ERR_OK ||
	    (now != NULL && w->is_material && (e = q_purposes_material(db,
	    version.id, id, NULL)) != ERR_OK) ||
	    (now != NULL && (e = move_forms(c, db, now, version.id)) !=
	    ERR_OK))
		return e;
	*ret_id = id;
	return note(c, db, w, id, number);
}

enum err
consent_purpose_close(struct ctx *c, struct db *db,
    const struct consent_now *now)
{
	const struct ledger_audit event = { .verb = "purpose.closed",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "purpose", .object_id = now->row.id,
	    .detail = arena_printf(c->arena, "{\"purpose\":\"%s\"}",
	    now->row.code), .at_us = c->now_us };
	struct q_purposes_lock *locked;
	const char *form_code;
	size_t n;
	enum err e;

	if ((e = q_purposes_lock(db, c->arena, now->row.id, &locked, &n)) !=
	    ERR_OK || (n > 0 && locked->is_closed))
		return e;
	if ((e = consent_purpose_form(c, db, now->row.id, &form_code)) !=
	    ERR_OK)
		return e;
	if (form_code != NULL)
		return ERR_CONFLICT;	/* its yes would count for nothing */
	if ((e = q_purposes_close(db, now->row.id, NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}
