/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The demonstration's contacts, in batches of one multi-row statement, with
 * what they agreed to, what they asked for and bought.
 */
#include "demo/demo.h"

#include <inttypes.h>

#include "auth/password.h"
#include "base/clock.h"
#include "consent/consent.h"
#include "contacts/contacts.h"
#include "contacts/contacts_search.h"
#include "db/queries.h"
#include "keys/person.h"
#include "keys/token.h"

#define DRAWS		3	/* of a batch's references */
#define BATCH		DB_EACH_MAX
#define CUSTOMERS	3	/* who can sign in, listed in demo.json */

struct batch {
	struct demo *d;
	uint64_t first;
	size_t n;
	struct demo_person people[BATCH];
};

static int64_t
age_us(uint64_t number, uint64_t salt, uint64_t days)
{
	return (int64_t)demo_random(number, salt, days * 24 * 60) * MINUTE_US;
}

static enum err
insert_contacts(struct batch *b, uint64_t ids[BATCH])
{
	struct q_demo_contact_each rows[BATCH];
	struct q_demo_contact *stored;
	struct demo *d = b->d;
	const struct demo_person *p;
	int64_t collected_us;
	size_t i, n_stored;
	uint64_t number;
	enum err e;

	for (i = 0; i < b->n; i++) {
		number = b->first + i;
		p = &b->people[i];
		collected_us = d->now_us - age_us(number, 20, 1000);
		rows[i] = (struct q_demo_contact_each){
		    .reference = contacts_reference(d->batch),
		    .kind = p->is_customer ? "customer" : "prospect",
		    .is_business = p->is_business,
		    .given_name = p->given_name, .family_name = p->family_name,
		    .sort_name = contacts_search_key(d->batch, arena_printf(
		    d->batch, "%s %s", p->family_name, p->given_name)),
		    .language = p->lang, .email = p->email,
		    .email_key = p->email_key == NULL ? (struct bytes){ 0 } :
		    (struct bytes){ (const unsigned char *)p->email_key,
		    strlen(p->email_key) }, .phone = p->phone,
		    .street = p->street, .postcode = p->postcode,
		    .city = p->city, .country = p->country,
		    .visibility = demo_random(number, 21, 10) < 6 ? "everyone" :
		    demo_random(number, 21, 10) < 9 ? "team" : "owner",
		    .owner_id = d->staff_ids[demo_random(number, 22, 2)],
		    .team_id = d->team_ids[demo_random(number, 22, 2)],
		    .source = "form:newsletter",
		    .basis = p->is_customer ? "contract" : "consent",
		    .notice_version_id = d->notice_id,
		    .collected_us = collected_us,
		    .last_person_us = collected_us + age_us(number, 23,
		    (uint64_t)((d->now_us - collected_us) / DAY_US) + 1) / 2,
		    .created_us = collected_us, .updated_us = collected_us };
	}
	if ((e = q_demo_contact(d->db, d->batch, rows, b->n, &stored,
	    &n_stored)) != ERR_OK)
		return e;
	for (i = 0; i < n_stored; i++)
		ids[i] = stored[i].id;
	return n_stored == b->n ? ERR_OK : ERR_BUG;
}

static enum err
insert_words(struct batch *b, const uint64_t ids[BATCH])
{
	struct q_demo_word_each rows[BATCH];
	struct contacts_words words;
	struct demo *d = b->d;
	size_t i, j, n = 0;
	enum err e = ERR_OK;

	for (i = 0; i < b->n && e == ERR_OK; i++) {
		const char *names[] = { b->people[i].given_name,
		    b->people[i].family_name };

		contacts_search_words(d->batch, names, 2, &words);
		for (j = 0; j < words.n && e == ERR_OK; j++) {
			rows[n++] = (struct q_demo_word_each){ words.words[j],
			    ids[i] };
			if (n == BATCH) {
				e = q_demo_word(d->db, rows, n, NULL);
				n = 0;
			}
		}
	}
	return e != ERR_OK || n == 0 ? e : q_demo_word(d->db, rows, n, NULL);
}

/* Two in three said yes to the letter; some to offers; a few said no. */
static enum err
insert_consents(struct batch *b, const uint64_t ids[BATCH])
{
	struct consent_change changes[BATCH];
	struct demo *d = b->d;
	size_t i, n = 0;
	uint64_t number;
	bool is_yes;
	enum err e;

	for (i = 0; i < b->n; i++) {
		number = b->first + i;
		if (demo_random(number, 30, 3) == 0)
			continue;
		is_yes = demo_random(number, 31, 8) != 0;
		changes[n] = (struct consent_change){
		    .purpose_id = d->purpose_ids[number % 2],
		    .state = is_yes ? "given" : "refused", .event = {
		    .kind = is_yes ? "given" : "refused",
		    .purpose = number % 2 == 0 ? "ideas" : "offers",
		    .purpose_version_id = d->purpose_version_ids[number % 2],
		    .channel = "email", .lang = b->people[i].lang,
		    .notice_version_id = d->notice_id,
		    .form_version_id = d->form_version_id,
		    .how = "double_opt_in",
		    .at_us = d->now_us - age_us(number, 20, 1000),
		    .contact_id = ids[i] } };
		n++;
	}
	if (n == 0)
		return ERR_OK;
	if ((e = consent_record(d->db, d->batch, d->ledger, changes, n)) !=
	    ERR_OK)
		return e;
	return q_demo_told(d->db, NULL);
}

static enum err
insert_interactions(struct batch *b, const uint64_t ids[BATCH])
{
	static const char *const trips[] = { "Lisbonne, 7 nuits",
		"Randonnée en Écosse, 9 jours", "Andalousie, circuit de 8 jours",
		"Croisière fluviale sur le Douro", "Îles Lofoten, 6 nuits",
		"Kyōto et Kanazawa, 12 jours", "Week-end à Gand" };
	struct q_demo_interaction_each rows[BATCH];
	struct demo *d = b->d;
	struct day until;
	uint64_t number;
	size_t i, n = 0;
	int64_t at_us;
	bool is_order;

	for (i = 0; i < b->n; i++) {
		number = b->first + i;
		is_order = b->people[i].is_customer;
		if (!is_order && demo_random(number, 40, 3) != 0)
			continue;
		at_us = d->now_us - age_us(number, 41, 900);
		until = (struct day){ 0 };
		if (is_order)
			until = (struct day){ day_of(at_us).y + 10, 12, 31 };
		rows[n++] = (struct q_demo_interaction_each){
		    .contact_id = ids[i], .kind = is_order ? "order" :
		    "request", .is_from_person = true,
		    .title = trips[demo_random(number, 42, LENGTH(trips))],
		    .amount_cents = is_order ? 30000 + (int64_t)demo_random(
		    number, 43, 400000) : 0, .at_us = at_us,
		    .hold_law = is_order ? "Code de commerce L123-22" : NULL,
		    .hold_until = until };
	}
	return n == 0 ? ERR_OK : q_demo_interaction(d->db, rows, n, NULL);
}

static enum err
batch_in_tx(struct db *db, void *arg)
{
	struct batch *b = arg;
	uint64_t ids[BATCH];
	enum err e;

	(void)db;
	if ((e = insert_contacts(b, ids)) != ERR_OK ||
	    (e = insert_words(b, ids)) != ERR_OK ||
	    (e = insert_consents(b, ids)) != ERR_OK ||
	    (e = demo_custom_values(b->d, b->first, ids, b->n)) != ERR_OK ||
	    (e = demo_members(b->d, b->first, ids, b->people, b->n)) !=
	    ERR_OK)
		return e;
	return insert_interactions(b, ids);
}

/* One of the three who can sign in: an identity with a password. */
struct signing {
	struct demo *d;
	const char *email;
	const char *lang;
	const char *password;
};

static enum err
sign_in_tx(struct db *db, void *arg)
{
	struct signing *k = arg;
	struct demo *d = k->d;
	struct q_contacts_identity_insert identity;
	struct bytes key = { (const unsigned char *)k->email,
	    strlen(k->email) };
	struct password_kept kept;
	enum err e;

	if ((e = q_contacts_identity_insert(db, d->batch, k->email, key,
	    k->lang, d->now_us, &identity)) != ERR_OK ||
	    (e = password_keep(d->batch, d->keys, PASSWORD_PORTAL,
	    identity.id, k->password, &kept)) != ERR_OK ||
	    (e = q_demo_identity_password(db, (struct bytes){
	    (const unsigned char *)kept.hash, strlen(kept.hash) }, kept.mac,
	    d->now_us, identity.id, NULL)) != ERR_OK)
		return e;
	return q_demo_contact_identity(db, identity.id, key, NULL);
}

static enum err
load_customers(struct demo *d)
{
	struct signing k = { .d = d };
	struct demo_person p;
	struct code one, two;
	uint64_t number;
	size_t made = 0;
	enum err e;

	for (number = 0; made < CUSTOMERS && number < d->contacts; number++) {
		arena_wipe(d->batch);
		demo_person(d->arena, number, &p);
		if (!p.is_customer || p.email == NULL)
			continue;
		code_draw(&one);
		code_draw(&two);
		k.email = p.email_key;
		k.lang = p.lang;
		k.password = arena_printf(d->arena, "%s-%s",
		    code_show(d->arena, &one), code_show(d->arena, &two));
		if ((e = tx_run(d->db, NULL, d->batch, sign_in_tx, &k,
		    NULL)) != ERR_OK)
			return e;
		json_array_append_new(d->customers, json_pack("{s:s, s:s}",
		    "email", k.email, "password", k.password));
		made++;
	}
	return ERR_OK;
}

enum err
demo_contacts_load(struct demo *d)
{
	struct batch b;
	uint64_t at;
	size_t i;
	enum err e;

	for (at = 0; at < d->contacts; at += b.n) {
		arena_wipe(d->batch);
		db_begin(d->db, clock_ticks_us() + 60 * SECOND_US, DB_JOB);
		b.d = d;
		b.first = at;
		b.n = d->contacts - at < BATCH ? (size_t)(d->contacts - at) :
		    BATCH;
		for (i = 0; i < b.n; i++)
			demo_person(d->batch, at + i, &b.people[i]);
		e = tx_run(d->db, NULL, d->batch, batch_in_tx, &b, NULL);
		/* of a million random references two may be the same */
		for (i = 0; e == ERR_CONFLICT && at > 0 && i < DRAWS; i++)
			e = tx_run(d->db, NULL, d->batch, batch_in_tx, &b,
			    NULL);
		if (e != ERR_OK)
			return e;
		if (d->progress != NULL)
			d->progress(at + b.n, d->contacts);
	}
	return load_customers(d);
}

enum err
demo_load(struct demo *d, json_t **ret_json)
{
	enum err e;

	d->staff = json_array();
	d->customers = json_array();
	if ((e = demo_site_load(d)) != ERR_OK ||
	    (e = demo_custom_load(d)) != ERR_OK ||
	    (e = demo_staff_load(d)) != ERR_OK ||
	    (e = demo_organisations_load(d)) != ERR_OK ||
	    (e = demo_contacts_load(d)) != ERR_OK) {
		json_decref(d->staff);
		json_decref(d->customers);
		return e;
	}
	*ret_json = json_pack("{s:{s:s, s:s}, s:[s], s:o, s:o}",
	    "site", "name", "Voyages Démo", "dpo", "dpo@voyages-demo.example",
	    "forms", "newsletter", "staff", d->staff, "customers",
	    d->customers);
	return ERR_OK;
}
