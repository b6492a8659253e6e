/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The sections of a copy, and that each row is as its fields say (GDPR 15(1),
 * 15(3), 20(1)).
 */
#include "export/export_data.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "export/export_inside.h"
#include "html/words.h"

#define GIVEN_PERSON		9	/* up to country */
#define GIVEN_REACH		3	/* up to label */
#define GIVEN_ORGANISATION	4	/* up to is_own */
#define GIVEN_INTERACTIONS	8	/* all */
#define GIVEN_CHOICES		8	/* all */
#define GIVEN_CUSTOM		4	/* up to meaning */

#define SECTION(name, title, n_given) \
	{ #name, title, export_##name##_fields, n_given, export_read_##name }

/* What is held comes first: "information" says what there was. */
const struct export_section export_sections[EXPORT_SECTIONS] = {
	SECTION(person, N_("Your record"), GIVEN_PERSON),
	SECTION(custom, N_("What else we noted"), GIVEN_CUSTOM),
	SECTION(provenance, N_("Where your data came from"), 0),
	SECTION(reach, N_("Other addresses and numbers"), GIVEN_REACH),
	SECTION(organisation, N_("Your organisation"), GIVEN_ORGANISATION),
	SECTION(history, N_("What was changed"), 0),
	SECTION(tags, N_("Labels"), 0),
	SECTION(address_changes, N_("Addresses waiting to be confirmed"), 0),
	SECTION(interactions, N_("Requests and orders"),
	    GIVEN_INTERACTIONS),
	SECTION(archive, N_("Kept apart because a law says so"), 0),
	SECTION(choices, N_("Your choices"), GIVEN_CHOICES),
	SECTION(choice_events, N_("How your choices came about"), 0),
	SECTION(evidence, N_("Recordings and scans of your choices"), 0),
	SECTION(soft_opt_in, N_("Offers on products like those you bought"),
	    0),
	SECTION(suppressions, N_("What must not be sent to you"), 0),
	SECTION(requests, N_("My requests"), 0),
	SECTION(request_steps, N_("What was done about your requests"), 0),
	SECTION(erasures, N_("Erasures"), 0),
	SECTION(looks, N_("Who looked"), 0),
	SECTION(acts, N_("What was done with your data"), 0),
	SECTION(mails, N_("Mails sent to you"), 0),
	SECTION(sign_in, N_("Your sign-in"), 0),
	SECTION(sessions, N_("Where you are signed in"), 0),
	SECTION(links, N_("Links that were mailed to you"), 0),
	SECTION(copies, N_("Copies made for you"), 0),
	SECTION(downloads, N_("When copies were downloaded"), 0),
	SECTION(information, N_("What you have a right to know"), 0),
	SECTION(purposes, N_("What data is used for"), 0),
	SECTION(retention, N_("How long data is kept"), 0),
};

size_t
export_n_fields(const struct export_section *section, bool is_portable)
{
	size_t n = 0;

	if (is_portable)
		return section->n_given;
	while (section->fields[n].name != NULL)
		n++;
	return n;
}

enum err
export_begin(struct export_reading *r)
{
	enum err e;

	r->is_broken = false;
	e = person_key_load(r->db, r->arena, r->keys, r->contact_id,
	    PERSON_LIVE, r->live);
	r->has_live = e == ERR_OK;
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	e = person_key_load(r->db, r->arena, r->keys, r->contact_id,
	    PERSON_PROOF, r->proof);
	r->has_proof = e == ERR_OK;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

void
export_end(struct export_reading *r)
{
	secret_wipe(r->live, sizeof(r->live));
	secret_wipe(r->proof, sizeof(r->proof));
	r->has_live = r->has_proof = false;
}

void
export_add(struct export_reading *r, json_t *list, json_t *row)
{
	if (row == NULL || json_array_append_new(list, row) != 0)
		r->is_broken = true;
}

const char *
export_iso(struct export_reading *r, int64_t at_us)
{
	return at_us == 0 ? NULL : clock_iso(r->arena, at_us);
}

const char *
export_day(struct export_reading *r, struct day d)
{
	return d.y == 0 ? NULL : day_write(r->arena, d);
}

const char *
export_hex(struct export_reading *r, struct bytes bytes)
{
	return bytes.ptr == NULL ? NULL : hex_write(r->arena, bytes);
}

json_t *
export_number(int64_t n, bool is_there)
{
	return is_there ? json_integer(n) : json_null();
}

enum err
export_unseal(struct export_reading *r, enum person_class class,
    const struct person_place *place, struct bytes sealed,
    const char **ret_text)
{
	bool has = class == PERSON_LIVE ? r->has_live : r->has_proof;
	enum err e;

	*ret_text = NULL;
	if (sealed.ptr == NULL || !has)
		return ERR_OK;
	if ((e = person_unseal(r->arena, class == PERSON_LIVE ? r->live :
	    r->proof, place, sealed, ret_text)) != ERR_OK)
		log_fault("event=export.unseal table=%s column=%s",
		    place->table, place->column);
	return e;
}

static bool
is_of_type(const json_t *value, const struct export_field *field)
{
	static const json_type types[EXPORT_TYPE__MAX] = {
		[EXPORT_TEXT] = JSON_STRING, [EXPORT_INSTANT] = JSON_STRING,
		[EXPORT_DAY] = JSON_STRING, [EXPORT_NUMBER] = JSON_INTEGER,
		[EXPORT_BOOL] = JSON_TRUE,
	};

	if (json_is_null(value))
		return field->may_lack;
	if (field->type == EXPORT_BOOL)
		return json_is_boolean(value);
	return json_typeof(value) == types[field->type];
}

/* Whether ${row} has the first ${n} fields, in their order, and no more. */
static bool
is_as_said(json_t *row, const struct export_field *fields, size_t n)
{
	const char *name;
	json_t *value;
	size_t i = 0;

	if (json_object_size(row) != n)
		return false;
	json_object_foreach(row, name, value) {
		if (strcmp(name, fields[i].name) != 0 ||
		    !is_of_type(value, &fields[i]))
			return false;
		i++;
	}
	return true;
}

enum err
export_read(struct export_reading *r, const struct export_section *section,
    json_t **ret_list)
{
	size_t n = export_n_fields(section, r->is_portable), i;
	json_t *list = json_array(), *row;
	enum err e = section->read(r, list);

	json_array_foreach(list, i, row)
		if (!is_as_said(row, section->fields, n))
			r->is_broken = true;
	if (e == ERR_OK && r->is_broken) {
		log_fault("event=export.read section=%s error=not_its_fields",
		    section->name);
		e = ERR_BUG;
	}
	if (e != ERR_OK) {
		json_decref(list);
		return e;
	}
	*ret_list = list;
	return ERR_OK;
}
