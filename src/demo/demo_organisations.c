/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The agency's business customers: invented firms, under domains that cannot
 * exist, without a registration number, which might be somebody's.
 */
#include "demo/demo.h"

#include <inttypes.h>

#include "base/clock.h"
#include "contacts/contacts_search.h"
#include "db/queries.h"
#include "organisations/organisations.h"

#define LEAST		8	/* firms of the smallest company */
#define CONTACTS_OF_ONE	40	/* contacts for each firm */
#define MOST		100000u

static const char *const trades_fr[] = { "Atelier", "Imprimerie",
	"Laboratoire", "Menuiserie", "Cabinet", "Transports", "Librairie",
	"Brasserie", "Clinique", "Pépinières", "Fonderie", "Studio",
	"Coopérative", "Conserverie" };
static const char *const trades_en[] = { "Bakery", "Shipping", "Instruments",
	"Publishing", "Joinery", "Brewery" };
static const char *const names[] = { "Corvane", "Tilmoret", "Belazur",
	"Ostrevent", "Larmignac", "Vauquelune", "Sormiers", "Pontcallis",
	"Armorise", "Grandlieue", "Mirebaud", "Esterand", "Halcyore",
	"Quernoët", "Brumaze", "Œuvrac" };
static const struct { const char *postcode, *city; } places_fr[] = {
	{ "44000", "Nantes" }, { "69003", "Lyon" }, { "75011", "Paris" },
	{ "67000", "Strasbourg" }, { "13006", "Marseille" },
	{ "35000", "Rennes" } };
static const struct { const char *postcode, *city; } places_en[] = {
	{ "BS1 4ST", "Bristol" }, { "EH1 1YZ", "Edinburgh" } };
static const char *const titles_fr[] = { "Assistante de direction",
	"Responsable des achats", "Directeur général", "Comptable",
	"Chargée des déplacements", "Gérante" };
static const char *const titles_en[] = { "Office manager", "Buyer",
	"Managing director", "Travel coordinator" };

#define PICK(list, salt) ((list)[demo_random(n, (salt), LENGTH(list))])

/* "Atelier Corvane", from the fourteenth round on with a number behind. */
static const char *
name_of(struct arena *a, uint64_t n, bool is_french)
{
	const char *name = names[n % LENGTH(names)];
	uint64_t round = n / LENGTH(names) / (is_french ? LENGTH(trades_fr) :
	    LENGTH(trades_en));
	const char *both = is_french ? arena_printf(a, "%s %s",
	    trades_fr[n / LENGTH(names) % LENGTH(trades_fr)], name) :
	    arena_printf(a, "%s %s", name,
	    trades_en[n / LENGTH(names) % LENGTH(trades_en)]);

	return round == 0 ? both : arena_printf(a, "%s %" PRIu64, both,
	    round + 1);
}

static const char *
domain_of(struct arena *a, const char *name)
{
	char *text = contacts_search_key(a, name), *p;

	for (p = text; *p != '\0'; p++)
		if (*p == ' ')
			*p = '-';
	return arena_printf(a, "%s.example", text);
}

static struct q_demo_organisation_each
row_of(struct demo *d, uint64_t n)
{
	bool is_french = demo_random(n, 60, 5) != 0;
	const char *name = name_of(d->batch, n, is_french);
	const char *domain = domain_of(d->batch, name);
	size_t team = demo_random(n, 61, 2);

	return (struct q_demo_organisation_each){ .name = name,
	    .sort_name = organisations_sort_name(d->batch, name),
	    .domain = domain, .website = arena_printf(d->batch,
	    "https://www.%s", domain),
	    .postcode = is_french ? PICK(places_fr, 62).postcode :
	    PICK(places_en, 62).postcode,
	    .city = is_french ? PICK(places_fr, 62).city :
	    PICK(places_en, 62).city, .country = is_french ? "FR" : "GB",
	    .language = is_french ? "fr" : "en",
	    .visibility = demo_random(n, 63, 10) < 6 ? "everyone" : "team",
	    .owner_id = d->staff_ids[team], .team_id = d->team_ids[team],
	    .created_us = d->now_us, .updated_us = d->now_us };
}

struct firms {
	struct demo *d;
	uint64_t first;
	size_t n;
};

static enum err
firms_in_tx(struct db *db, void *arg)
{
	const struct firms *k = arg;
	struct demo *d = k->d;
	struct q_demo_organisation_each rows[DB_EACH_MAX];
	struct q_demo_organisation *stored;
	size_t i, n;
	enum err e;

	for (i = 0; i < k->n; i++)
		rows[i] = row_of(d, k->first + i);
	if ((e = q_demo_organisation(db, d->batch, rows, k->n, &stored,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		d->organisation_ids[k->first + i] = stored[i].id;
		if ((e = organisations_words_put(db, d->batch, stored[i].id,
		    rows[i].name)) != ERR_OK)
			return e;
	}
	return n == k->n ? ERR_OK : ERR_BUG;
}

enum err
demo_organisations_load(struct demo *d)
{
	struct firms k = { .d = d };
	enum err e;

	d->organisations = d->contacts / CONTACTS_OF_ONE;
	if (d->organisations < LEAST)
		d->organisations = LEAST;
	if (d->organisations > MOST)
		d->organisations = MOST;
	d->organisation_ids = arena_take(d->arena, d->organisations *
	    sizeof(*d->organisation_ids));
	for (k.first = 0; k.first < d->organisations; k.first += k.n) {
		arena_wipe(d->batch);
		db_begin(d->db, clock_ticks_us() + 60 * SECOND_US, DB_JOB);
		k.n = d->organisations - k.first < DB_EACH_MAX ?
		    (size_t)(d->organisations - k.first) : DB_EACH_MAX;
		if ((e = tx_run(d->db, NULL, d->batch, firms_in_tx, &k,
		    NULL)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
demo_members(struct demo *d, uint64_t first, const uint64_t *contact_ids,
    const struct demo_person *people, size_t count)
{
	struct q_demo_member_each rows[DB_EACH_MAX];
	bool is_french;
	uint64_t n;
	size_t i, n_rows = 0;
	enum err e;

	for (i = 0; i < count; i++) {
		n = first + i;
		if (!people[i].is_business)
			continue;
		is_french = strcmp(people[i].lang, "fr") == 0;
		rows[n_rows++] = (struct q_demo_member_each){
		    .contact_id = contact_ids[i],
		    .organisation_id = d->organisation_ids[demo_random(n, 80,
		    d->organisations)],
		    .job_title = is_french ? PICK(titles_fr, 81) :
		    PICK(titles_en, 81),
		    .since = day_add_days(day_of(d->now_us), -(int64_t)(200 +
		    demo_random(n, 82, 3000))), .at_us = d->now_us };
	}
	if (n_rows == 0)
		return ERR_OK;
	if ((e = q_demo_member(d->db, rows, n_rows, NULL)) != ERR_OK)
		return e;
	return q_demo_member_from(d->db, contact_ids[0],
	    contact_ids[count - 1], NULL);
}
