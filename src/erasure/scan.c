/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Every place is read by its id, a batch at a time, into an arena that is
 * wiped after each: sealed texts are open for that long only.
 */
#include "erasure/scan.h"

#include <assert.h>
#include <inttypes.h>

#include "base/buf.h"
#include "base/fold.h"
#include "base/log.h"
#include "db/queries.h"
#include "keys/person.h"

#define BATCH_ROWS 500

const struct scan_place scan_places[] = {
	{ Q_SCAN_CONTACT, "contact", { "reference", "given_name",
	    "family_name", "email", "email_key", "phone", "street",
	    "postcode", "city", "source" }, 10, SCAN_CLEAR, false },
	{ Q_SCAN_CONTACT_REACH, "contact_reach", { "value", "value_key",
	    "source" }, 3, SCAN_CLEAR, false },
	{ Q_SCAN_ORGANISATION, "organisation", { "name", "registration",
	    "vat", "domain", "website", "phone", "street", "postcode",
	    "city", "note" }, 10, SCAN_CLEAR, false },
	{ Q_SCAN_MEMBERSHIP, "membership", { "job_title" }, 1, SCAN_CLEAR,
	    false },
	{ Q_SCAN_CONTACT_MERGE, "contact_merge", { "reference" }, 1,
	    SCAN_CLEAR, false },
	{ Q_SCAN_IDENTITY, "identity", { "mailbox", "mailbox_key" }, 2,
	    SCAN_CLEAR, false },
	{ Q_SCAN_ADDRESS_CHANGE, "address_change", { "mailbox",
	    "mailbox_key" }, 2, SCAN_CLEAR, false },
	{ Q_SCAN_SIGNUP, "signup", { "mailbox", "mailbox_key", "given_name",
	    "family_name", "phone", "choices" }, 6, SCAN_CLEAR, false },
	{ Q_SCAN_AUDIT_EVENT, "audit_event", { "detail" }, 1, SCAN_CLEAR,
	    false },
	{ Q_SCAN_ACCESS_LINE, "access_line", { "reason" }, 1, SCAN_CLEAR,
	    false },
	{ Q_SCAN_TASK, "task", { "detail", "note" }, 2, SCAN_CLEAR,
	    false },
	{ Q_SCAN_STAFF, "staff", { "email", "name" }, 2, SCAN_CLEAR, false },
	{ Q_SCAN_LOG_RECORD, "log_record", { "record" }, 1, SCAN_CLEAR,
	    false },
	{ Q_SCAN_FORM_VERSION, "form_version", { "definition" }, 1,
	    SCAN_CLEAR, false },
	{ Q_SCAN_FORM_RENDERING, "form_rendering", { "body" }, 1, SCAN_CLEAR,
	    false },
	{ Q_SCAN_CONTACT_HISTORY, "contact_history", { "old_sealed",
	    "new_sealed" }, 0, SCAN_LIVE, false },
	{ Q_SCAN_CUSTOM_VALUE, "custom_value", { "value_text", "sealed" }, 1,
	    SCAN_LIVE, false },
	{ Q_SCAN_INTERACTION, "interaction", { "title", "detail_sealed" }, 1,
	    SCAN_LIVE, false },
	{ Q_SCAN_ARCHIVE_ITEM, "archive_item", { "sealed" }, 0, SCAN_PROOF,
	    true },
	{ Q_SCAN_RIGHTS_REQUEST, "rights_request", { "words_sealed",
	    "mailbox_sealed", "answer_sealed", "extended_sealed" }, 0,
	    SCAN_PROOF, true },
	{ .table = NULL }
};

static void
add_name(struct needles *n, const char *first, const char *second, size_t who)
{
	struct arena *a = arena_open();
	const char *text = arena_printf(a, "%s %s", first, second);

	needles_add(n, NEEDLE_NAME, text, who);
	needles_add(n, NEEDLE_NAME, fold_words(a, text), who);
	arena_close(a);
}

static void
add_reach(struct needles *n, const struct holding_reach *r, size_t who)
{
	if (!r->is_alone)
		return;
	if (strcmp(r->kind, "phone") == 0) {
		needles_add_phone(n, r->value, who);
		return;
	}
	if (strcmp(r->kind, "reference") == 0) {
		needles_add(n, NEEDLE_REFERENCE, r->value, who);
		return;
	}
	needles_add(n, NEEDLE_ADDRESS, r->value, who);
	if (strcmp(r->key, r->value) != 0)
		needles_add(n, NEEDLE_ADDRESS, r->key, who);
}

static void
add_person(struct needles *n, const struct holding_person *p, size_t who)
{
	size_t i;

	for (i = 0; i < p->n_reach; i++)
		add_reach(n, &p->reach[i], who);
	needles_add(n, NEEDLE_REFERENCE, p->reference, who);
	if (p->is_address_alone && p->mail != NULL) {
		needles_add(n, NEEDLE_ADDRESS, p->mail, who);
		needles_add(n, NEEDLE_ADDRESS, p->mail_key, who);
		if (p->other_key != NULL)
			needles_add(n, NEEDLE_ADDRESS, p->other_key, who);
	}
	if (p->is_phone_alone && p->phone != NULL)
		needles_add_phone(n, p->phone, who);
	if (*p->given_name != '\0' && *p->family_name != '\0') {
		add_name(n, p->given_name, p->family_name, who);
		add_name(n, p->family_name, p->given_name, who);
	}
}

void
scan_open(struct arena *a, const struct keys *keys,
    const struct holding_person *const *persons, size_t n,
    struct scan *ret_scan)
{
	struct scan s = { .arena = a, .keys = keys,
	    .needles = needles_open(a), .n_findings = n };
	size_t i;

	s.findings = arena_take(a, n * sizeof(*s.findings));
	for (i = 0; i < n; i++) {
		s.findings[i].person = persons[i];
		add_person(s.needles, persons[i], i);
	}
	*ret_scan = s;
}

/* One text that is searched. */
struct look {
	struct scan *scan;
	const struct scan_place *place;
	const char *column;
	uint64_t row;
	uint64_t contact_id;	/* whose row it is; 0: unknown */
	bool has_hit;		/* one kind is told once for each column */
	struct scan_hit last;
	size_t last_who;
};

static void
note_hit(void *arg, enum needle_kind kind, size_t who)
{
	struct look *l = arg;
	struct scan_finding *f = &l->scan->findings[who];
	struct scan_hit hit = { l->place, l->column, l->row, kind };
	bool is_soft = kind == NEEDLE_NAME || l->place->is_review;

	/* what is kept of this very person is in the receipt already */
	if (l->place->is_review && l->contact_id == f->person->contact_id)
		return;
	if (l->has_hit && l->last_who == who && l->last.kind == kind)
		return;
	l->has_hit = true;
	l->last = hit;
	l->last_who = who;
	if (is_soft) {
		if (f->n_soft < SCAN_TOLD_MAX)
			f->soft[f->n_soft] = hit;
		f->n_soft++;
	} else {
		if (f->n_hard < SCAN_TOLD_MAX)
			f->hard[f->n_hard] = hit;
		f->n_hard++;
	}
}

static void
search(struct look *l, struct bytes text)
{
	if (text.ptr == NULL || text.len == 0)
		return;
	l->has_hit = false;
	needles_find(l->scan->needles, text, note_hit, l);
}

/* A row's sealed columns; what no key opens says nothing about anybody. */
static void
search_sealed(struct arena *a, struct look *l, const union val *row)
{
	enum person_class class = l->place->seal == SCAN_LIVE ? PERSON_LIVE :
	    PERSON_PROOF;
	struct person_place place = { l->place->table, NULL,
	    l->contact_id };
	unsigned char key[KEY_BYTES];
	const char *text;
	unsigned i;

	if (row[2].bytes.ptr == NULL || person_key_unwrap(a, l->scan->keys,
	    l->contact_id, class, row[2].bytes, key) != ERR_OK)
		return;
	for (i = l->place->n_clear; l->place->columns[i] != NULL; i++) {
		l->column = place.column = l->place->columns[i];
		if (row[3 + i].bytes.ptr != NULL && person_unseal(a, key,
		    &place, row[3 + i].bytes, &text) == ERR_OK)
			search(l, (struct bytes){ (const unsigned char *)text,
			    strlen(text) });
	}
	secret_wipe(key, sizeof(key));
}

static void
search_row(struct arena *a, struct scan *s, const struct scan_place *place,
    const union val *row)
{
	size_t first = place->seal == SCAN_CLEAR ? 1 : 3;
	struct look l = { .scan = s, .place = place, .row = row[0].u,
	    .contact_id = first == 1 ? 0 : row[1].u };
	unsigned i;

	for (i = 0; i < place->n_clear; i++) {
		l.column = place->columns[i];
		search(&l, row[first + i].bytes);
	}
	if (place->seal != SCAN_CLEAR)
		search_sealed(a, &l, row);
}

static size_t
count_columns(const struct scan_place *place)
{
	size_t n = 0;

	while (place->columns[n] != NULL)
		n++;
	return n;
}

enum err
scan_step(struct db *db, struct scan *s, bool *ret_is_done)
{
	const struct scan_place *place = &scan_places[s->at];
	const union val in[] = { { .u = s->after }, { .u = BATCH_ROWS } };
	const struct call call = { place->query, in, NULL, 0, NULL };
	size_t width, i, n;
	struct arena *a;
	union val *rows;
	enum err e;

	*ret_is_done = place->table == NULL;
	if (place->table == NULL)
		return ERR_OK;
	width = count_columns(place) + (place->seal == SCAN_CLEAR ? 1 : 3);
	a = arena_open();
	if ((e = db_many(db, a, &call, &rows, &n)) == ERR_OK) {
		for (i = 0; i < n; i++)
			search_row(a, s, place, rows + i * width);
		s->n_rows += n;
		if (n > 0)
			s->after = rows[(n - 1) * width].u;
		if (n < BATCH_ROWS) {
			s->n_columns += count_columns(place);
			s->at++;
			s->after = 0;
		}
	}
	arena_close(a);
	return e;
}

char *
scan_detail(struct arena *a, const struct scan_hit *hits, uint64_t n)
{
	uint64_t i, told = n < SCAN_TOLD_MAX ? n : SCAN_TOLD_MAX;
	struct buf b;

	buf_open(&b, a);
	buf_text(&b, "{\"places\":[");
	for (i = 0; i < told; i++)
		buf_printf(&b, "%s{\"table\":\"%s\",\"column\":\"%s\","
		    "\"row\":%" PRIu64 ",\"needle\":\"%s\"}",
		    i == 0 ? "" : ",", hits[i].place->table, hits[i].column,
		    hits[i].row, needle_kind_names[hits[i].kind]);
	buf_printf(&b, "],\"more\":%" PRIu64 "}", n - told);
	return arena_text(a, b.ptr);
}
