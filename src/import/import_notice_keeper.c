/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who came with a file is told what is held of them and where it is from, in
 * the order of the law's dates; what is late becomes a task.
 * Law: GDPR 12(1), 14, 21(4); FEATURES X22.
 */
#include "import/import_keeper.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "app/config.h"
#include "app/page.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "consent/consent.h"
#include "contacts/contacts_words.h"
#include "custom/custom.h"
#include "db/queries.h"
#include "html/words.h"
#include "keys/token.h"
#include "outbox/outbox.h"

/* What is told in one language, read when the first asks for it. */
struct said {
	const char *lang;
	struct q_export_purposes *purposes;
	size_t n_purposes;
	struct custom_fields own;
};

/* Those who are told in one run, and one of them. */
struct telling {
	struct job *job;
	const struct q_import_untold *who;
	uint64_t notice_id;
	struct said list[CONFIG_LANGUAGES_MAX + 1];
	size_t n_list;
	const struct said *said;	/* in their language */
	const struct q_custom_held_each *held;	/* custom fields of some of them */
	size_t n_held;
	bool is_by_post;	/* no mail may, or can, be sent */
};

/* What is held of them, by its names. */
static json_t *
fields_view(const struct telling *k)
{
	const struct q_import_untold *w = k->who;
	const struct { const char *field, *value; } held[] = {
		{ "given_name", w->given_name },
		{ "family_name", w->family_name }, { "email", w->email },
		{ "phone", w->phone }, { "street", w->street },
		{ "postcode", w->postcode }, { "city", w->city },
		{ "country", w->country },
		{ "organisation", w->is_member ? "yes" : "" },
	};
	const struct custom_field *f;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < LENGTH(held); i++)
		if (held[i].value != NULL && *held[i].value != '\0')
			json_array_append_new(list, json_pack("{s:s}",
			    "label", words_get(w->language,
			    contacts_field_word(held[i].field))));
	for (i = 0; i < k->n_held; i++)
		if (k->held[i].contact_id == w->contact_id && (f =
		    custom_find_id(&k->said->own, k->held[i].field_id)) !=
		    NULL)
			json_array_append_new(list, json_pack("{s:s}",
			    "label", f->label));
	return list;
}

static json_t *
purposes_view(const struct telling *k)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < k->said->n_purposes; i++)
		json_array_append_new(list, json_pack("{s:s}", "title",
		    k->said->purposes[i].title));
	return list;
}

static enum err
add_mail(struct db *db, const struct telling *k)
{
	const struct q_import_untold *w = k->who;
	struct arena *a = k->job->arena;
	const char *portal = k->job->config->portal_url;
	struct standing standing = { .kind = STANDING_UNSUBSCRIBE,
	    .contact = w->contact_id, .epoch = (uint32_t)w->epoch,
	    .issued_day = (uint16_t)(k->job->now_us / DAY_US) };
	struct outbox_mail mail = { .template = "import_notice",
	    .language = w->language, .to = w->email,
	    .contact_id = w->contact_id, .is_legal = true };
	const char *objection = arena_printf(a, "/unsubscribe/%s",
	    standing_write(a, k->job->keys, &standing));
	enum err e;

	mail.unsubscribe = objection;
	mail.view = json_pack("{s:s?, s:s, s:s, s:s, s:o, s:o, s:s, s:s, s:s}",
	    "name", *w->given_name == '\0' ? NULL : w->given_name, "source",
	    text_starts(w->source, "import:") ? w->source +
	    strlen("import:") : w->source, "since", page_write_day(a,
	    w->language, day_of(w->collected_us)), "basis", words_get(
	    w->language, contacts_basis_word(w->basis)), "fields",
	    fields_view(k), "purposes", purposes_view(k), "object_url",
	    arena_printf(a, "%s%s", portal, objection), "rights_url",
	    arena_printf(a, "%s/rights", portal), "privacy_url",
	    arena_printf(a, "%s/privacy", portal));
	e = outbox_add(k->job->outbox, db, a, &mail, k->job->now_us);
	json_decref(mail.view);
	return e;
}

static enum err
tell_in_tx(struct db *db, void *arg)
{
	const struct telling *k = arg;
	uint64_t n;
	enum err e;

	if (k->is_by_post)
		return q_import_tell_by_post(db, k->who->contact_id, NULL);
	e = q_import_told(db, k->job->now_us, k->notice_id,
	    k->who->contact_id, &n);
	/* gone, exempt or told meanwhile */
	return e != ERR_OK || n == 0 ? e : add_mail(db, k);
}

/* Nobody is written to who must not be. */
static enum err
judge(struct telling *k)
{
	struct consent_identifier id = { "email", NULL, NULL };
	struct job *job = k->job;
	enum err e;

	k->is_by_post = k->who->email == NULL;
	if (k->is_by_post)
		return ERR_OK;
	id.value = arena_textn(job->arena, k->who->email_key.ptr,
	    k->who->email_key.len);
	e = consent_suppressed(job->db, job->arena, job->keys, &id, 1,
	    job->now_us);
	k->is_by_post = id.basis != NULL;
	return e;
}

/* Once for each language in a run. */
static enum err
find_said(struct telling *k)
{
	struct job *job = k->job;
	struct said *said;
	size_t i;
	enum err e;

	for (i = 0; i < k->n_list; i++)
		if (strcmp(k->list[i].lang, k->who->language) == 0) {
			k->said = &k->list[i];
			return ERR_OK;
		}
	/* one that the site has no more: in the place of the last */
	said = &k->list[k->n_list < LENGTH(k->list) ? k->n_list++ :
	    k->n_list - 1];
	said->lang = k->who->language;
	k->said = said;
	if ((e = q_export_purposes(job->db, job->arena, said->lang,
	    &said->purposes, &said->n_purposes)) != ERR_OK)
		return e;
	return custom_fields_load(job->db, job->arena, said->lang,
	    &said->own);
}

static enum err
tell_one(struct telling *k)
{
	struct job *job = k->job;
	enum err e;

	if ((e = judge(k)) != ERR_OK || (e = find_said(k)) != ERR_OK)
		return e;
	e = job_tx(job, tell_in_tx, k);
	if (e == ERR_OK || e == ERR_CONFLICT || e == ERR_DOWN ||
	    e == ERR_UNSURE)
		return e;
	log_fault("event=import.untold contact=%" PRIu64 " error=%s",
	    k->who->contact_id, err_name(e));
	/* by letter then: it would be the first one for ever */
	k->is_by_post = true;
	return job_tx(job, tell_in_tx, k);
}

/* As many as one statement asks for. */
static enum err
tell_some(struct telling *k, const struct q_import_untold *rows, size_t n)
{
	struct q_custom_held_each_each each[DB_EACH_MAX];
	struct q_custom_held_each *held;
	size_t i;
	enum err e;

	for (i = 0; i < n; i++)
		each[i].contact_id = rows[i].contact_id;
	if ((e = q_custom_held_each(k->job->db, k->job->arena, each, n,
	    &held, &k->n_held)) != ERR_OK)
		return e;
	k->held = held;
	for (i = 0; i < n && e == ERR_OK; i++) {
		k->who = &rows[i];
		e = tell_one(k);
	}
	return e;
}

/* Each in a transaction of their own: one to whom no mail can be written
 * holds up no other. */
enum err
import_keeper_tell(struct job *job)
{
	struct telling k = { .job = job };
	struct q_consent_notice_newest notice;
	struct q_import_untold *rows;
	size_t at, some, n;
	enum err e;

	if (job->outbox == NULL)
		return ERR_OK;
	if ((e = q_import_untold(job->db, job->arena, job->now_us, &rows,
	    &n)) != ERR_OK || n == 0)
		return e;
	if ((e = q_consent_notice_newest(job->db, job->arena, &notice)) !=
	    ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;	/* nothing to tell yet */
	k.notice_id = notice.id;
	for (at = 0; at < n && e == ERR_OK; at += some) {
		some = n - at < DB_EACH_MAX ? n - at : DB_EACH_MAX;
		e = tell_some(&k, rows + at, some);
	}
	return e;
}

struct alerting {
	struct job *job;
	const char *kind;
};

static enum err
alert_in_tx(struct db *db, void *arg)
{
	const struct alerting *k = arg;

	return q_job_task(db, k->kind, "{}", k->job->now_us, NULL);
}

enum err
import_keeper_alert(struct job *job)
{
	struct alerting k = { .job = job };
	struct q_import_late late;
	enum err e;

	if ((e = q_import_late(job->db, job->arena, day_of(job->now_us),
	    &late)) != ERR_OK)
		return e;
	k.kind = "notice.late";
	if (late.has_notices && (e = job_tx(job, alert_in_tx, &k)) != ERR_OK)
		return e;
	k.kind = "quarantine.late";
	return late.has_quarantined ? job_tx(job, alert_in_tx, &k) : ERR_OK;
}
