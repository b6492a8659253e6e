/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the columns of a file are, by their names, and as colleagues said
 * (GDPR 5(1)(d)).
 */
#include "import/import.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "base/fold.h"
#include "base/text.h"
#include "base/tree.h"

#define SHOWN_POINTS	40	/* of a column's name in a sentence */

/* What a column may be called, folded. */
static const struct {
	enum import_field field;
	const char *name;
} column_names[] = {
	{ IMPORT_EMAIL, "email" }, { IMPORT_EMAIL, "e mail" },
	{ IMPORT_EMAIL, "mail" }, { IMPORT_EMAIL, "email address" },
	{ IMPORT_EMAIL, "e mail address" }, { IMPORT_EMAIL, "courriel" },
	{ IMPORT_EMAIL, "adresse e mail" }, { IMPORT_EMAIL, "adresse email" },
	{ IMPORT_EMAIL, "adresse mail" },
	{ IMPORT_EMAIL, "mail address" }, { IMPORT_EMAIL, "adresse electronique" },
	{ IMPORT_GIVEN_NAME, "given name" }, { IMPORT_GIVEN_NAME, "given" },
	{ IMPORT_GIVEN_NAME, "first name" }, { IMPORT_GIVEN_NAME, "firstname" },
	{ IMPORT_GIVEN_NAME, "prenom" },
	{ IMPORT_FAMILY_NAME, "family name" }, { IMPORT_FAMILY_NAME, "family" },
	{ IMPORT_FAMILY_NAME, "last name" }, { IMPORT_FAMILY_NAME, "lastname" },
	{ IMPORT_FAMILY_NAME, "surname" }, { IMPORT_FAMILY_NAME, "nom" },
	{ IMPORT_FAMILY_NAME, "nom de famille" },
	{ IMPORT_LANGUAGE, "language" }, { IMPORT_LANGUAGE, "langue" },
	{ IMPORT_PHONE, "phone" }, { IMPORT_PHONE, "phone number" },
	{ IMPORT_PHONE, "telephone" }, { IMPORT_PHONE, "mobile" },
	{ IMPORT_PHONE, "mobile phone" }, { IMPORT_PHONE, "portable" },
	{ IMPORT_PHONE, "telephone portable" },
	{ IMPORT_PHONE, "telephone mobile" }, { IMPORT_PHONE, "sms" },
	{ IMPORT_PHONE, "tel" },
	{ IMPORT_STREET, "street" }, { IMPORT_STREET, "street and number" },
	{ IMPORT_STREET, "numero et rue" }, { IMPORT_STREET, "rue" }, { IMPORT_STREET, "adresse postale" },
	{ IMPORT_POSTCODE, "postcode" }, { IMPORT_POSTCODE, "zip" },
	{ IMPORT_POSTCODE, "postal code" }, { IMPORT_POSTCODE, "code postal" },
	{ IMPORT_CITY, "city" }, { IMPORT_CITY, "town" },
	{ IMPORT_CITY, "ville" },
	{ IMPORT_COUNTRY, "country" }, { IMPORT_COUNTRY, "pays" },
	{ IMPORT_KIND, "kind" }, { IMPORT_KIND, "relationship" },
	{ IMPORT_KIND, "relation" }, { IMPORT_KIND, "sorte" },
	{ IMPORT_BASIS, "basis" }, { IMPORT_BASIS, "legal basis" },
	{ IMPORT_BASIS, "base legale" },
	{ IMPORT_SOURCE, "source" }, { IMPORT_SOURCE, "origine" },
	{ IMPORT_SOURCE, "provenance" },
	{ IMPORT_COLLECTED, "collected on" }, { IMPORT_COLLECTED, "collected" },
	{ IMPORT_ORGANISATION, "organisation" },
	{ IMPORT_ORGANISATION, "organization" },
	{ IMPORT_ORGANISATION, "company" },
	{ IMPORT_ORGANISATION, "company name" },
	{ IMPORT_ORGANISATION, "societe" },
	{ IMPORT_ORGANISATION, "entreprise" },
	{ IMPORT_ORGANISATION, "raison sociale" },
	{ IMPORT_ORGANISATION, "organisme" },
	{ IMPORT_ORGANISATION, "nom de l organisation" },
	{ IMPORT_REGISTRATION, "registration" },
	{ IMPORT_REGISTRATION, "registration number" },
	{ IMPORT_REGISTRATION, "siren" }, { IMPORT_REGISTRATION, "siret" },
	{ IMPORT_REGISTRATION, "numero d immatriculation" },
	{ IMPORT_COLLECTED, "collecte le" }, { IMPORT_COLLECTED, "date de collecte" },
};

enum import_field
import_column_guess(struct arena *a, struct bytes cell)
{
	const char *name;
	size_t i;

	if (!text_is_utf8(cell.ptr, cell.len))
		return IMPORT_FIELD__MAX;
	name = fold_words(a, arena_textn(a, cell.ptr, cell.len));
	for (i = 0; i < LENGTH(column_names); i++)
		if (strcmp(column_names[i].name, name) == 0)
			return column_names[i].field;
	return IMPORT_FIELD__MAX;
}

bool
import_column_is_reference(struct arena *a, struct bytes name)
{
	return text_is_utf8(name.ptr, name.len) && strcmp(fold_words(a,
	    arena_textn(a, name.ptr, name.len)), "reference") == 0;
}

/* The columns that there are, for a sentence. */
static const char *
known_names(struct arena *a, const struct import_own *own)
{
	struct buf b;
	size_t i;

	buf_open(&b, a);
	for (i = 0; i < IMPORT_FIELD__MAX; i++) {
		buf_text(&b, i == 0 ? "" : ", ");
		buf_text(&b, import_field_names[i]);
	}
	for (i = 0; own != NULL && i < own->open.n; i++)
		buf_printf(&b, ", %s", own->open.list[i].name);
	return b.ptr;
}

static const char *
name_shown(struct arena *a, struct bytes cell)
{
	const char *text = arena_textn(a, cell.ptr, cell.len);

	if (!text_is_utf8(cell.ptr, cell.len) || !text_is_plain(text, false) ||
	    *text == '\0' || text_points(text) > SHOWN_POINTS)
		return "";
	return arena_printf(a, " \"%s\"", text);
}

/* A first line being read. */
struct naming {
	struct arena *a;
	const struct import_record *first;
	const struct import_own *own;
	struct import_columns *columns;
	bool is_there[IMPORT_FIELD__MAX];
	const char *why;	/* what is wrong first; NULL: nothing */
};

static void
say_unknown(struct naming *k, size_t i)
{
	if (k->why == NULL)
		k->why = arena_printf(k->a,
		    "column %zu%s is not known; known are %s", i + 1,
		    name_shown(k->a, k->first->cells[i]), known_names(k->a,
		    k->own));
}

static void
say_second(struct naming *k, size_t i, const char *field)
{
	if (k->why == NULL)
		k->why = arena_printf(k->a,
		    "column %zu%s is the second one for %s", i + 1,
		    name_shown(k->a, k->first->cells[i]), field);
}

static bool
has_own(const struct import_columns *c, const struct custom_field *f)
{
	size_t i;

	for (i = 0; i < c->own_fields.n; i++)
		if (c->own_fields.list[i].id == f->id)
			return true;
	return false;
}

static void
name_column(struct naming *k, size_t i)
{
	struct bytes cell = k->first->cells[i];
	enum import_field field = import_column_guess(k->a, cell);
	struct import_columns *c = k->columns;
	const struct custom_field *f = NULL;

	c->fields[i] = field;
	c->names[i] = arena_textn(k->a, cell.ptr, cell.len);
	c->n = i + 1;
	if (field == IMPORT_FIELD__MAX && k->own != NULL)
		f = import_own_guess(k->a, k->own, cell);
	if (field == IMPORT_FIELD__MAX && f == NULL)
		say_unknown(k, i);
	else if (f != NULL && has_own(c, f))
		say_second(k, i, f->name);
	else if (f != NULL)
		import_own_add(k->a, c, i, f);
	else if (k->is_there[field])
		say_second(k, i, import_field_names[field]);
	else
		k->is_there[field] = true;
}

enum err
import_columns_read(struct arena *a, const struct import_record *first,
    const struct import_own *own, struct import_columns *ret_columns,
    const char **ret_why)
{
	struct naming k = { .a = a, .first = first, .own = own,
	    .columns = ret_columns };
	size_t i;

	memset(ret_columns, 0, sizeof(*ret_columns));
	if (first->n > IMPORT_COLUMNS_MAX)
		k.why = "the first line has more than 64 columns";
	for (i = 0; i < first->n && i < IMPORT_COLUMNS_MAX; i++)
		name_column(&k, i);
	if (!k.is_there[IMPORT_EMAIL])
		k.why = arena_printf(a, "no column of the first line is called email; known are %s",
		    known_names(a, own));
	if (k.why == NULL)
		return ERR_OK;
	*ret_why = k.why;
	return ERR_INVALID;
}

enum err
import_mapping_read(struct arena *a, const char *text,
    const struct import_own *own, struct import_columns *ret_columns)
{
	json_t *list = json_loads(text == NULL ? "" : text, 0, NULL), *item;
	const struct custom_field *f;
	const char *name;
	size_t i, field;
	enum err e = ERR_OK;

	memset(ret_columns, 0, sizeof(*ret_columns));
	json_array_foreach(list, i, item) {
		if (i == IMPORT_COLUMNS_MAX)
			break;
		name = json_string_value(item);
		for (field = 0; field < IMPORT_FIELD__MAX; field++)
			if (text_equal(name, import_field_names[field]))
				break;
		ret_columns->fields[i] = (enum import_field)field;
		ret_columns->names[i] = "";
		ret_columns->n = i + 1;
		if (name == NULL || !text_starts(name, CUSTOM_PREFIX))
			continue;
		if ((f = custom_find_name(&own->open, name)) == NULL)
			e = ERR_GONE;
		else
			import_own_add(a, ret_columns, i, f);
	}
	json_decref(list);
	return ret_columns->n == 0 ? ERR_BUG : e;
}

const char *
import_mapping_write(struct arena *a, const struct import_columns *c)
{
	json_t *list = json_array();
	const char *text;
	size_t i;

	for (i = 0; i < c->n; i++)
		json_array_append_new(list, c->own[i] != NULL ?
		    json_string(c->own[i]->name) : c->fields[i] ==
		    IMPORT_FIELD__MAX ? json_null() : json_string(
		    import_field_names[c->fields[i]]));
	text = tree_text(a, list, JSON_COMPACT);
	json_decref(list);
	return text;
}
