/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A version of a purpose is never changed: the next one follows it, under one
 * lock of all purposes, and the forms that ask follow with it.
 * Law: GDPR 5(1)(b), 6(1), 7(1), 7(3), 13(1)(d); ePrivacy 13.
 */
#include "consent/consent_purposes.h"

#include <string.h>

#include "base/text.h"
#include "base/tree.h"
#include "html/words.h"
#include "keys/hash.h"

#define EXAMINED_MAX	20000	/* rows of one channel, looked at for a count */

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

static enum err
load_words(const struct consent_purposes *p, uint64_t version_id,
    struct consent_words *ret_words)
{
	struct q_site_purpose_words *rows;
	size_t i, j, n;
	enum err e;

	if ((e = q_site_purpose_words(p->db, p->arena, version_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; p->languages[i] != NULL; i++) {
		ret_words[i] = (struct consent_words){ "", "", "" };
		for (j = 0; j < n; j++)
			if (strcmp(rows[j].language, p->languages[i]) == 0)
				ret_words[i] = (struct consent_words){
				    rows[j].title, rows[j].wording,
				    rows[j].interest };
	}
	return ERR_OK;
}

enum err
consent_purpose_load(const struct consent_purposes *p, uint64_t id,
    struct consent_now *ret_now)
{
	struct q_purposes_list *rows;
	struct consent_now now;
	size_t i, n;
	enum err e;

	if (id == 0)
		return ERR_NOTFOUND;
	if ((e = q_purposes_list(p->db, p->arena, p->lang, id, &rows, &n)) !=
	    ERR_OK)
		return e;
	if (n == 0)
		return ERR_NOTFOUND;
	now = (struct consent_now){ .row = rows[0], .is = {
	    .code = rows[0].code, .basis = rows[0].basis,
	    .is_commercial = rows[0].is_commercial,
	    .has_soft_opt_in = rows[0].has_soft_opt_in,
	    .months = rows[0].months, .seen_id = rows[0].version_id } };
	for (i = 0; i < CONSENT_CHANNELS; i++)
		now.is.has[i] = has_word(rows[0].channels,
		    consent_channels[i]);
	if ((e = load_words(p, rows[0].version_id, now.is.words)) == ERR_OK)
		*ret_now = now;
	return e;
}

static int
compare_ids(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

enum err
consent_purpose_touched(const struct consent_purposes *p,
    const struct consent_now *now, struct consent_touched *ret_touched)
{
	uint64_t *ids = arena_take(p->arena, CONSENT_CHANNELS *
	    (CONSENT_TOUCHED_MOST + 1) * sizeof(*ids));
	struct consent_touched t = { 0, false };
	struct q_purposes_touched *rows;
	size_t i, j, n, n_ids = 0;
	enum err e;

	for (i = 0; i < CONSENT_CHANNELS; i++) {
		if ((e = q_purposes_touched(p->db, p->arena, now->row.id,
		    consent_channels[i], now->row.material_id,
		    CONSENT_TOUCHED_MOST + 1, EXAMINED_MAX, &rows, &n)) !=
		    ERR_OK)
			return e;
		t.is_more |= db_was_cut(p->db) || n > CONSENT_TOUCHED_MOST;
		for (j = 0; j < n; j++)
			ids[n_ids++] = rows[j].contact_id;
	}
	qsort(ids, n_ids, sizeof(*ids), compare_ids);
	for (i = 0; i < n_ids; i++)
		t.people += i == 0 || ids[i] != ids[i - 1];
	if (t.people > CONSENT_TOUCHED_MOST) {
		t.people = CONSENT_TOUCHED_MOST;
		t.is_more = true;
	}
	*ret_touched = t;
	return ERR_OK;
}

bool
consent_purpose_same_words(const struct consent_wanted *a,
    const struct consent_wanted *b, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(a->words[i].title, b->words[i].title) != 0 ||
		    strcmp(a->words[i].wording, b->words[i].wording) != 0 ||
		    strcmp(a->words[i].interest, b->words[i].interest) != 0)
			return false;
	return true;
}

static size_t
count_languages(const struct consent_purposes *p)
{
	size_t n = 0;

	while (p->languages[n] != NULL)
		n++;
	return n;
}

static bool
is_same(const struct consent_purposes *p, const struct consent_wanted *a,
    const struct consent_wanted *b)
{
	return strcmp(a->basis, b->basis) == 0 && a->months == b->months &&
	    a->is_commercial == b->is_commercial &&
	    a->has_soft_opt_in == b->has_soft_opt_in &&
	    memcmp(a->has, b->has, sizeof(a->has)) == 0 &&
	    consent_purpose_same_words(a, b, count_languages(p));
}

/* Whether the form of this definition asks for one of the versions; gives each
 * channel that it asks for. */
static bool
form_asks(const json_t *definition, const struct q_purposes_version_ids *ids,
    size_t n, bool has[CONSENT_CHANNELS])
{
	const json_t *choice, *channel;
	bool asks = false;
	size_t i, j, k, h;

	json_array_foreach(json_object_get(definition, "choices"), i, choice)
		for (j = 0; j < n; j++) {
			if ((uint64_t)json_integer_value(json_object_get(
			    choice, "purpose_version")) != ids[j].id)
				continue;
			asks = true;
			json_array_foreach(json_object_get(choice,
			    "channels"), k, channel)
				for (h = 0; h < CONSENT_CHANNELS; h++)
					has[h] |= text_equal(
					    json_string_value(channel),
					    consent_channels[h]);
		}
	return asks;
}

/* All forms, one after the other, and of which versions the purpose has been. */
struct forms_of {
	struct q_purposes_forms *rows;	/* some of them, by number */
	size_t n;
	size_t i;			/* that comes next */
	struct q_purposes_version_ids *ids;
	size_t n_ids;
};

static enum err
begin_forms(const struct consent_purposes *p, uint64_t purpose_id,
    struct forms_of *f)
{
	f->n = f->i = 0;
	return q_purposes_version_ids(p->db, p->arena, purpose_id, &f->ids,
	    &f->n_ids);
}

/* The next one; NULL behind the last. */
static enum err
next_form(const struct consent_purposes *p, struct forms_of *f,
    const struct q_purposes_forms **ret_row)
{
	uint64_t after = f->n == 0 ? 0 : f->rows[f->n - 1].id;
	enum err e;

	if (f->i == f->n) {
		if ((e = q_purposes_forms(p->db, p->arena, after, &f->rows,
		    &f->n)) != ERR_OK)
			return e;
		f->i = 0;
	}
	*ret_row = f->i == f->n ? NULL : &f->rows[f->i++];
	return ERR_OK;
}

enum err
consent_purpose_form(const struct consent_purposes *p, uint64_t id,
    const char **ret_code)
{
	bool has[CONSENT_CHANNELS] = { false };	/* not asked for */
	const struct q_purposes_forms *row;
	const char *code = NULL;
	struct forms_of f;
	json_t *definition;
	enum err e;

	if ((e = begin_forms(p, id, &f)) != ERR_OK)
		return e;
	while (code == NULL && (e = next_form(p, &f, &row)) == ERR_OK &&
	    row != NULL) {
		definition = json_loads(row->definition, 0, NULL);
		if (strcmp(row->state, "published") == 0 &&
		    form_asks(definition, f.ids, f.n_ids, has))
			code = row->code;
		json_decref(definition);
	}
	if (e == ERR_OK)
		*ret_code = code;
	return e;
}

/* A channel that goes while people, or forms, still need it. */
static enum err
refuse_channels(const struct consent_purposes *p,
    const struct consent_now *now, const struct consent_wanted *w,
    const char **ret_why)
{
	struct q_site_purpose_channels *rows;
	bool used[CONSENT_CHANNELS] = { false };
	const struct q_purposes_forms *form;
	struct forms_of f;
	json_t *definition;
	size_t i, j, n;
	enum err e;

	if ((e = q_site_purpose_channels(p->db, p->arena, now->row.version_id,
	    &rows, &n)) != ERR_OK ||
	    (e = begin_forms(p, now->row.id, &f)) != ERR_OK)
		return e;
	while ((e = next_form(p, &f, &form)) == ERR_OK && form != NULL) {
		definition = json_loads(form->definition, 0, NULL);
		(void)form_asks(definition, f.ids, f.n_ids, used);
		json_decref(definition);
	}
	if (e != ERR_OK)
		return e;
	for (j = 0; j < CONSENT_CHANNELS; j++)
		if (used[j] && !w->has[j])
			*ret_why = N_("A form asks for a channel that you take away: change the form first (whoever runs this site does, with “assent site load”).");
	for (i = 0; i < n; i++)
		for (j = 0; j < CONSENT_CHANNELS; j++)
			if (rows[i].is_given && !w->has[j] && strcmp(
			    rows[i].channel, consent_channels[j]) == 0)
				*ret_why = N_("People have said yes to a channel that you take away, and could not take it back any more.");
	return ERR_OK;
}

static enum err
refuse_title(const struct consent_purposes *p, const struct consent_now *now,
    const struct consent_wanted *w, const char **ret_why)
{
	struct q_purposes_namesakes row;
	size_t i;
	enum err e;

	for (i = 0; p->languages[i] != NULL; i++) {
		if ((e = q_purposes_namesakes(p->db, p->arena,
		    p->languages[i], w->words[i].title, now == NULL ? 0 :
		    now->row.id, &row)) != ERR_OK)
			return e;
		if (row.n > 0)
			*ret_why = N_("Another purpose has this title: people could not tell them apart.");
	}
	return ERR_OK;
}

/* What the law refuses whatever was there before; NULL: nothing. */
static const char *
refuse_basis(const struct consent_purposes *p, const struct consent_wanted *w)
{
	bool is_consent = strcmp(w->basis, "consent") == 0;
	size_t i;

	/* email, phone, sms: ePrivacy 13; Loi 2025-594 */
	if (w->is_commercial && !is_consent &&
	    (w->has[0] || w->has[1] || w->has[3]))
		return N_("Advertising by e-mail, SMS or phone to consumers needs their consent: no other basis carries it. Customers may be written to under the rule for customers below.");
	if (w->has_soft_opt_in && !(is_consent && w->is_commercial &&
	    (w->has[0] || w->has[3])))
		return N_("The rule for customers is for advertising by e-mail or SMS that else needs consent: here it changes nothing.");
	for (i = 0; p->languages[i] != NULL; i++)
		if (strcmp(w->basis, "legitimate_interest") == 0 &&
		    *w->words[i].interest == '\0')
			return N_("Who relies on a legitimate interest says in every language which it is and why it weighs more.");
	return NULL;
}

enum err
consent_purpose_refusal(const struct consent_purposes *p,
    const struct consent_now *now, const struct consent_wanted *w,
    const char **ret_why)
{
	struct q_site_purpose_now *chosen;
	struct q_purposes_open open;
	size_t n;
	enum err e;

	if ((*ret_why = refuse_basis(p, w)) != NULL)
		return ERR_OK;
	if ((e = q_site_purpose_now(p->db, p->arena, w->code, &chosen, &n)) !=
	    ERR_OK)
		return e;
	if (now == NULL) {
		if ((e = q_purposes_open(p->db, p->arena, &open)) != ERR_OK)
			return e;
		if (n > 0)
			*ret_why = N_("There is a purpose of this code already.");
		else if (open.n >= CONSENT_PURPOSES_MAX)
			*ret_why = N_("There are 50 open purposes: nobody reads more. Close one first.");
		return *ret_why != NULL ? ERR_OK : refuse_title(p, now, w,
		    ret_why);
	}
	if (now->row.is_closed)
		*ret_why = N_("This purpose is closed.");
	else if (is_same(p, &now->is, w))
		*ret_why = N_("Nothing differs from the version that there is.");
	else if (n > 0 && chosen->is_chosen &&
	    (strcmp(now->is.basis, w->basis) != 0 ||
	    now->is.is_commercial != w->is_commercial))
		*ret_why = N_("People have chosen under another basis, or another kind: that is another purpose, with a code of its own.");
	if (*ret_why != NULL || (e = refuse_title(p, now, w, ret_why)) !=
	    ERR_OK || *ret_why != NULL)
		return e;
	return refuse_channels(p, now, w, ret_why);
}

/* The choices of ${definition} that ask for the purpose ask for its version
 * ${version_id}. */
static void
point_choices(json_t *definition, const struct forms_of *f,
    uint64_t version_id)
{
	json_t *choice;
	size_t i, j;

	json_array_foreach(json_object_get(definition, "choices"), i, choice)
		for (j = 0; j < f->n_ids; j++)
			if ((uint64_t)json_integer_value(json_object_get(
			    choice, "purpose_version")) == f->ids[j].id) {
				json_object_set_new(choice,
				    "purpose_version", json_integer(
				    (json_int_t)version_id));
				break;
			}
}

/* ${form} asks for the newest version from now on. */
static enum err
move_form(const struct consent_purposes *p, const struct forms_of *f,
    const struct q_purposes_forms *form, uint64_t version_id,
    uint64_t notice_id)
{
	bool has[CONSENT_CHANNELS] = { false };	/* likewise */
	json_t *definition = json_loads(form->definition, 0, NULL);
	struct q_purposes_form_insert row;
	const char *text = NULL;
	enum err e;

	if (form_asks(definition, f->ids, f->n_ids, has)) {
		point_choices(definition, f, version_id);
		text = tree_text(p->arena, definition, JSON_COMPACT);
	}
	json_decref(definition);
	if (text == NULL)
		return ERR_OK;
	if ((e = q_purposes_form_insert(p->db, p->arena, form->id,
	    form->newest + 1, notice_id, text, p->now_us, &row)) != ERR_OK)
		return e;
	return q_purposes_form_point(p->db, row.id, form->id, NULL);
}

/* All forms that ask for the purpose, as "assent site load" does it. */
static enum err
move_forms(const struct consent_purposes *p, uint64_t purpose_id,
    uint64_t version_id)
{
	struct q_consent_notice_newest notice;
	const struct q_purposes_forms *form;
	struct forms_of f;
	enum err e;

	if ((e = begin_forms(p, purpose_id, &f)) != ERR_OK ||
	    (e = q_consent_notice_newest(p->db, p->arena, &notice)) != ERR_OK)
		return e;
	while ((e = next_form(p, &f, &form)) == ERR_OK && form != NULL)
		if ((e = move_form(p, &f, form, version_id, notice.id)) !=
		    ERR_OK)
			return e;
	return e;
}

static enum err
store_words(const struct consent_purposes *p, uint64_t version_id,
    const struct consent_wanted *w)
{
	size_t i;
	enum err e = ERR_OK;

	for (i = 0; i < CONSENT_CHANNELS && e == ERR_OK; i++)
		if (w->has[i])
			e = q_site_purpose_channel_insert(p->db, version_id,
			    consent_channels[i], NULL);
	for (i = 0; p->languages[i] != NULL && e == ERR_OK; i++)
		e = q_site_purpose_text_insert(p->db, version_id,
		    p->languages[i], w->words[i].title, w->words[i].wording,
		    w->words[i].interest, NULL);
	return e;
}

/* SHA-256 of what the purpose says, in the order of the site's languages. */
static const char *
hash_words(const struct consent_purposes *p, const struct consent_wanted *w)
{
	unsigned char hash[HASH_BYTES];
	struct sha256 s;
	size_t i;

	sha256_open(&s);
	for (i = 0; p->languages[i] != NULL; i++)
		sha256_add(&s, text_bytes(arena_printf(p->arena,
		    "%s\n%s\n%s\n%s\n", p->languages[i], w->words[i].title,
		    w->words[i].wording, w->words[i].interest)));
	sha256_end(&s, hash);
	return hex_write(p->arena, (struct bytes){ hash, sizeof(hash) });
}

static enum err
note(const struct consent_purposes *p, const char *verb, uint64_t id,
    json_t *detail)
{
	struct ledger_audit event = { .verb = verb, .actor = "staff",
	    .actor_id = p->staff_id, .object = "purpose", .object_id = id,
	    .detail = tree_text(p->arena, detail, JSON_COMPACT |
	    JSON_SORT_KEYS), .at_us = p->now_us };

	json_decref(detail);
	return ledger_audit(p->db, p->arena, p->ledger, &event);
}

/* ${now} NULL: there was none before. */
static enum err
note_version(const struct consent_purposes *p, const struct consent_now *now,
    const struct consent_wanted *w, uint64_t id)
{
	json_t *detail = json_pack("{s:s, s:I, s:s}", "after", hash_words(p,
	    w), "number", (json_int_t)(now == NULL ? 1 : now->row.number + 1),
	    "purpose", w->code);

	if (now != NULL) {
		json_object_set_new(detail, "before", json_string(hash_words(
		    p, &now->is)));
		json_object_set_new(detail, "material", json_boolean(
		    w->is_material));
	}
	return note(p, now == NULL ? "purpose.created" : "purpose.changed",
	    id, detail);
}

/* ${now} as it is once everybody else who changes purposes has ended. */
static enum err
lock(const struct consent_purposes *p, uint64_t id, struct consent_now *now)
{
	enum err e;

	/* also makes the workers of the portal read it again */
	if ((e = q_site_touch(p->db, NULL)) != ERR_OK || id == 0)
		return e;
	return consent_purpose_load(p, id, now);
}

static enum err
store_version(const struct consent_purposes *p, const struct consent_now *now,
    const struct consent_wanted *w, uint64_t id)
{
	struct q_purposes_version_insert version;
	enum err e;

	if ((e = q_purposes_version_insert(p->db, p->arena, id, now == NULL ?
	    1 : now->row.number + 1, w->basis, w->is_commercial, now ==
	    NULL || w->is_material, w->has_soft_opt_in, w->months, p->now_us,
	    &version)) != ERR_OK ||
	    (e = store_words(p, version.id, w)) != ERR_OK || now == NULL)
		return e;
	if (w->is_material && (e = q_purposes_material(p->db, version.id, id,
	    NULL)) != ERR_OK)
		return e;
	return move_forms(p, id, version.id);
}

enum err
consent_purpose_store(const struct consent_purposes *p, uint64_t id,
    const struct consent_wanted *w, uint64_t *ret_id, const char **ret_why)
{
	struct q_site_purpose_insert row = { .id = id };
	struct consent_now locked, *now = id == 0 ? NULL : &locked;
	enum err e;

	*ret_why = NULL;
	if ((e = lock(p, id, &locked)) != ERR_OK)
		return e;
	if (now != NULL && now->row.version_id != w->seen_id)
		*ret_why = N_("Somebody stored another version meanwhile: it is shown below. Check yours against it once more.");
	else if ((e = consent_purpose_refusal(p, now, w, ret_why)) != ERR_OK)
		return e;
	if (*ret_why != NULL)
		return ERR_CONFLICT;
	if ((now == NULL && (e = q_site_purpose_insert(p->db, p->arena,
	    w->code, &row)) != ERR_OK) ||
	    (e = store_version(p, now, w, row.id)) != ERR_OK ||
	    (e = note_version(p, now, w, row.id)) != ERR_OK)
		return e;
	*ret_id = row.id;
	return ERR_OK;
}

enum err
consent_purpose_close(const struct consent_purposes *p, uint64_t id,
    const char **ret_why)
{
	struct consent_now now;
	const char *form_code;
	enum err e;

	*ret_why = NULL;
	if ((e = lock(p, id, &now)) != ERR_OK || now.row.is_closed)
		return e;
	if ((e = consent_purpose_form(p, id, &form_code)) != ERR_OK)
		return e;
	if (form_code != NULL) {	/* its yes would count for nothing */
		*ret_why = N_("A form asks for this purpose: before it can be closed, the form must ask no more.");
		return ERR_CONFLICT;
	}
	if ((e = q_purposes_close(p->db, id, NULL)) != ERR_OK)
		return e;
	return note(p, "purpose.closed", id, json_pack("{s:s}", "purpose",
	    now.row.code));
}
