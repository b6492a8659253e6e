/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a travel agency notes beside the built-in data: where people like to
 * sit, until when the passport holds, what they do not eat.
 * Law: GDPR 5(1)(b), 6(1)(b), 9(2)(a); FEATURES CS6.
 */
#include "demo/demo.h"

#include "base/clock.h"
#include "custom/custom.h"
#include "db/queries.h"
#include "keys/person.h"

enum { SEAT, PASSPORT, DIET };

#define TRIPS	3	/* of the company's purposes */

struct own_field {
	const char *code;
	const char *kind;
	bool is_sensitive;
	const char *choices;
	const char *basis;
	uint64_t months;
	const char *label_fr, *help_fr, *label_en, *help_en;
};

static const struct own_field own_fields[] = {
	[SEAT] = { "seat", "choice", false,
	  "[{\"code\":\"window\",\"en\":\"By the window\",\"fr\":\"Côté fenêtre\"},"
	  "{\"code\":\"aisle\",\"en\":\"On the aisle\",\"fr\":\"Côté couloir\"},"
	  "{\"code\":\"front\",\"en\":\"At the front\",\"fr\":\"À l’avant\"}]",
	  "contract", 0, "Place préférée",
	  "Pour vos réservations de train, de car et d’avion.",
	  "Preferred seat", "For your train, coach and plane bookings." },
	[PASSPORT] = { "passport_expiry", "date", false, "[]", "contract", 24,
	  "Fin de validité du passeport",
	  "Pour vous prévenir à temps avant un voyage lointain.",
	  "Passport valid until", "So that we warn you in time before a long journey." },
	[DIET] = { "diet", "text", true, "[]", "consent", 12,
	  "Besoins alimentaires",
	  "Allergies et régimes, si vous souhaitez que nous en tenions compte.",
	  "Dietary needs", "Allergies and diets, if you want us to take care of them." },
};

static enum err
load_in_tx(struct db *db, void *arg)
{
	struct q_custom_purpose_insert_each purpose;
	struct q_custom_text_put_each texts[2];
	struct demo *d = arg;
	const struct own_field *f;
	struct q_custom_insert row;
	size_t i;
	enum err e;

	for (i = 0; i < LENGTH(own_fields); i++) {
		f = &own_fields[i];
		if ((e = q_custom_insert(db, d->arena, f->code, f->kind,
		    f->is_sensitive, true, false, 0, 0, f->choices, f->basis,
		    f->months, d->now_us, &row)) != ERR_OK)
			return e;
		d->custom_ids[i] = row.id;
		texts[0] = (struct q_custom_text_put_each){ row.id, "fr",
		    f->label_fr, f->help_fr };
		texts[1] = (struct q_custom_text_put_each){ row.id, "en",
		    f->label_en, f->help_en };
		purpose = (struct q_custom_purpose_insert_each){ row.id,
		    d->purpose_ids[TRIPS] };
		if ((e = q_custom_text_put(db, texts, 2, NULL)) != ERR_OK ||
		    (e = q_custom_purpose_insert(db, &purpose, 1, NULL)) !=
		    ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
demo_custom_load(struct demo *d)
{
	return tx_run(d->db, NULL, d->arena, load_in_tx, d, NULL);
}

/* The row of a value; false: this person has none. */
static bool
invent(struct demo *d, uint64_t number, size_t field,
    struct q_demo_custom_each *ret_row)
{
	static const char *const seats[] = { "window", "aisle", "front" };
	int64_t noted_us = d->now_us - (int64_t)demo_random(number,
	    60 + field, 300) * DAY_US;

	*ret_row = (struct q_demo_custom_each){
	    .field_id = d->custom_ids[field], .at_us = noted_us };
	if (field == SEAT) {
		ret_row->value_text = seats[demo_random(number, 64, 3)];
		return demo_random(number, 65, 4) == 0;
	}
	ret_row->value_day = day_add_days(day_of(d->now_us),
	    (int64_t)demo_random(number, 66, 3000) - 200);
	return demo_random(number, 67, 6) == 0;
}

static enum err
seal_diet(struct demo *d, uint64_t number, uint64_t contact_id,
    struct q_demo_custom_each *ret_row)
{
	static const char *const diets[] = { "Sans gluten",
		"Allergie aux arachides", "Végétarien", "Sans lactose",
		"No shellfish" };
	const struct person_key wanted = { contact_id, PERSON_LIVE,
		d->now_us };
	unsigned char key[KEY_BYTES];
	enum err e;

	if ((e = person_key_take(d->db, d->batch, d->keys, &wanted, key)) !=
	    ERR_OK)
		return e;
	*ret_row = (struct q_demo_custom_each){ .contact_id = contact_id,
	    .field_id = d->custom_ids[DIET], .sealed = person_seal(d->batch,
	    key, "custom_value", "sealed", contact_id, diets[demo_random(
	    number, 68, LENGTH(diets))]), .at_us = d->now_us -
	    (int64_t)demo_random(number, 69, 200) * DAY_US };
	secret_wipe(key, sizeof(key));
	return ERR_OK;
}

enum err
demo_custom_values(struct demo *d, uint64_t first,
    const uint64_t *contact_ids, size_t n)
{
	struct q_demo_custom_each rows[DB_EACH_MAX];
	size_t field, i, k;
	enum err e;

	for (field = 0; field < LENGTH(own_fields); field++) {
		for (i = k = 0; i < n; i++) {
			if (field != DIET) {
				if (!invent(d, first + i, field, &rows[k]))
					continue;
				rows[k++].contact_id = contact_ids[i];
			} else if (demo_random(first + i, 70, 50) == 0) {
				if ((e = seal_diet(d, first + i,
				    contact_ids[i], &rows[k++])) != ERR_OK)
					return e;
			}
		}
		if (k > 0 && (e = q_demo_custom(d->db, rows, k, NULL)) !=
		    ERR_OK)
			return e;
		if (k > 0 && (e = q_demo_custom_from(d->db, rows[0].field_id,
		    contact_ids[0], contact_ids[n - 1], NULL)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}
