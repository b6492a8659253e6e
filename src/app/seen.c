/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the page of a form was drawn from, as JSON (GDPR 5(1)(d)).
 */
#include "app/seen.h"

#include <jansson.h>

#include "base/text.h"
#include "base/tree.h"

const char *
seen_write(struct arena *a, const struct field *fields,
    const char *const *values, size_t n)
{
	json_t *seen = json_object();
	const char *text;
	size_t i;

	for (i = 0; i < n; i++)
		json_object_set_new(seen, fields[i].name, json_string(
		    values[i]));
	text = tree_text(a, seen, JSON_COMPACT);
	json_decref(seen);
	return text;
}

enum err
seen_read(struct ctx *c, const struct field *fields, size_t n,
    size_t n_needed, const char **ret_values)
{
	json_t *seen = json_loads(form_value(&c->form, "seen"), 0, NULL);
	const char *value;
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < n_needed; i++)
		if (!json_is_string(json_object_get(seen, fields[i].name)))
			e = ERR_MALFORMED;
	for (i = 0; i < n && e == ERR_OK; i++) {
		value = json_string_value(json_object_get(seen,
		    fields[i].name));
		ret_values[i] = arena_text(c->arena, value == NULL ? "" :
		    value);
	}
	json_decref(seen);
	return e;
}

enum err
seen_clash(struct ctx *c, const struct field *field, const char *said)
{
	form_fail(&c->form, field->name, arena_printf(c->arena, "%s %s. %s",
	    _("Changed meanwhile, it is now:"), said,
	    _("Save again to put yours there.")));
	return ERR_INVALID;
}
