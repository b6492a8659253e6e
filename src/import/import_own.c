/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Custom fields as columns of a file (GDPR 5(1)(c), 5(1)(d)).
 */
#include "import/import.h"

#include <string.h>

#include "base/fold.h"
#include "base/text.h"

#define MEMO_PLACES	64	/* what choices were read as */
#define MEMO_BYTES	60	/* of a cell that is remembered */

struct import_memo {
	struct {
		size_t column;
		char cell[MEMO_BYTES];
		const char *code;	/* NULL: the place is empty */
	} places[MEMO_PLACES];
};

/* The names of the fields in one language, to those that are there. */
static enum err
add_names(struct db *db, struct arena *a, const char *lang, size_t at,
    struct import_own *own)
{
	struct custom_fields said;
	const struct custom_field *f;
	size_t i;
	enum err e;

	if ((e = custom_fields_load(db, a, lang, &said)) != ERR_OK)
		return e;
	for (i = 0; i < own->open.n; i++)
		if ((f = custom_find_id(&said, own->open.list[i].id)) != NULL)
			own->names[i][at] = fold_words(a, f->label);
	return ERR_OK;
}

enum err
import_own_load(struct db *db, struct arena *a, const struct config *config,
    const char *lang, struct import_own *ret_own)
{
	struct custom_fields all;
	struct custom_fields *open = &ret_own->open;
	size_t i;
	enum err e;

	if ((e = custom_fields_load(db, a, lang, &all)) != ERR_OK)
		return e;
	open->list = arena_take(a, (all.n + 1) * sizeof(*open->list));
	open->n = 0;
	for (i = 0; i < all.n; i++)
		if (all.list[i].state == CUSTOM_OPEN)
			open->list[open->n++] = all.list[i];
	ret_own->names = arena_take(a, (open->n + 1) *
	    sizeof(*ret_own->names));
	memset(ret_own->names, 0, (open->n + 1) * sizeof(*ret_own->names));
	for (i = 0; i < open->n; i++)
		ret_own->names[i][0] = fold_words(a, open->list[i].code);
	for (i = 0; open->n > 0 && config->languages[i] != NULL; i++)
		if ((e = add_names(db, a, config->languages[i], i + 1,
		    ret_own)) != ERR_OK)
			return e;
	return ERR_OK;
}

static bool
is_called(const char *const *names, const char *name)
{
	size_t i;

	for (i = 0; i < IMPORT_OWN_NAMES; i++)
		if (names[i] != NULL && strcmp(names[i], name) == 0)
			return true;
	return false;
}

const struct custom_field *
import_own_guess(struct arena *a, const struct import_own *own,
    struct bytes cell)
{
	static const char prefix[] = "custom ";	/* of custom:CODE and custom.CODE */
	const struct custom_field *found = NULL;
	const char *name;
	size_t i;

	if (!text_is_utf8(cell.ptr, cell.len))
		return NULL;
	name = fold_words(a, arena_textn(a, cell.ptr, cell.len));
	if (text_starts(name, prefix))
		name += sizeof(prefix) - 1;
	for (i = 0; i < own->open.n && *name != '\0'; i++) {
		if (!is_called(own->names[i], name))
			continue;
		if (found != NULL)
			return NULL;
		found = &own->open.list[i];
	}
	return found;
}

void
import_own_add(struct arena *a, struct import_columns *c, size_t i,
    const struct custom_field *field)
{
	struct custom_fields *fields = &c->own_fields;

	if (fields->list == NULL) {
		fields->list = arena_take(a, IMPORT_COLUMNS_MAX *
		    sizeof(*fields->list));
		c->memo = arena_take(a, sizeof(*c->memo));
		memset(c->memo, 0, sizeof(*c->memo));
	}
	fields->list[fields->n] = *field;
	c->own[i] = &fields->list[fields->n++];
}

/* The code as the field has it, which lasts as long. */
static const char *
lasting(const struct custom_field *f, const char *code)
{
	const struct field_choice *choice;

	for (choice = f->choices; choice->value != NULL; choice++)
		if (strcmp(choice->value, code) == 0)
			return choice->value;
	return NULL;
}

static size_t
place_of(size_t column, const char *cell)
{
	size_t sum = column;

	for (; *cell != '\0'; cell++)
		sum = sum * 31 + (unsigned char)*cell;
	return sum % MEMO_PLACES;
}

enum err
import_own_read(struct arena *a, const struct import_columns *c, size_t i,
    const char *cell, const char **ret_text)
{
	const struct custom_field *f = c->own[i];
	size_t place = place_of(i, cell), len = strlen(cell);
	enum err e;

	if (f->kind == CUSTOM_CHOICE && len < MEMO_BYTES &&
	    c->memo->places[place].code != NULL &&
	    c->memo->places[place].column == i &&
	    strcmp(c->memo->places[place].cell, cell) == 0) {
		*ret_text = c->memo->places[place].code;
		return ERR_OK;
	}
	if ((e = custom_read(a, f, cell, ret_text)) != ERR_OK ||
	    f->kind != CUSTOM_CHOICE || len >= MEMO_BYTES)
		return e;
	c->memo->places[place].column = i;
	c->memo->places[place].code = lasting(f, *ret_text);
	memcpy(c->memo->places[place].cell, cell, len + 1);
	return ERR_OK;
}
