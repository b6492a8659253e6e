/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Words for contacts.
 */
#include "contacts/contacts_view.h"

#include "app/page.h"
#include "app/role.h"
#include "base/address.h"
#include "base/text.h"
#include "contacts/contacts_reach.h"
#include "contacts/contacts_search.h"
#include "db/queries.h"

const char *
contacts_field_label(struct ctx *c, const char *field)
{
	return _(contacts_field_word(field));
}

const char *
contacts_reach_label(struct ctx *c, const char *kind, const char *label)
{
	return arena_printf(c->arena, "%s (%s)", contacts_field_label(c,
	    strcmp(kind, "email") == 0 ? "other_email" : "other_phone"),
	    _(contacts_reach_word(label)));
}

/* contacts_reach_line() as people read it. */
static const char *
reach_value(struct ctx *c, const char *kind, const char *line)
{
	size_t len = strcspn(line, " ");
	const char *value = arena_textn(c->arena, line, len);

	return line[len] == '\0' ? contacts_value(c, kind, value) :
	    arena_printf(c->arena, "%s (%s)", contacts_value(c, kind, value),
	    _(contacts_reach_word(line + len + 1)));
}

const char *
contacts_value(struct ctx *c, const char *field, const char *value)
{
	const char *word = contacts_value_word(field, value);
	struct day day;

	if (word != value)
		return _(word);
	if (strcmp(field, "phone") == 0)
		return contacts_phone_show(c->arena, value);
	if (strcmp(field, "member_since") == 0)
		return day_read(value, &day) == ERR_OK ? page_day(c, day) :
		    value;
	if (strcmp(field, "other_email") == 0)
		return reach_value(c, "email", value);
	if (strcmp(field, "other_phone") == 0)
		return reach_value(c, "phone", value);
	if (strcmp(field, "email") == 0)
		return address_show(c->arena, value);
	return value;
}

const char *
contacts_label(struct ctx *c, const struct custom_fields *fields,
    const char *name)
{
	const struct custom_field *f = custom_find_name(fields, name);

	return f == NULL ? contacts_field_label(c, name) : f->label;
}

const char *
contacts_custom_shown(struct ctx *c, const struct custom_field *field,
    const char *text)
{
	struct day day;

	return field->kind == CUSTOM_DATE && day_read(text, &day) == ERR_OK ?
	    page_day(c, day) : custom_show(c->arena, c->lang, field, text);
}

const char *
contacts_shown(struct ctx *c, const struct custom_fields *fields,
    const char *name, const char *value)
{
	const struct custom_field *f = custom_find_name(fields, name);

	return f == NULL ? contacts_value(c, name, value) :
	    contacts_custom_shown(c, f, value);
}

const char *
contacts_name(struct ctx *c, const struct q_contacts_load *r)
{
	if (*r->given_name == '\0' && *r->family_name == '\0')
		return r->email == NULL ? _("no name") : address_show(
		    c->arena, r->email);
	return arena_printf(c->arena, "%s%s%s", r->given_name,
	    *r->given_name == '\0' || *r->family_name == '\0' ? "" : " ",
	    r->family_name);
}

const char *
contacts_source_named(struct ctx *c, const char *label, const char *source)
{
	return text_starts(source, "import:") ? arena_printf(c->arena,
	    "%s (%s)", label, source + strlen("import:")) : label;
}

const char *
contacts_source(struct ctx *c, const char *source, int64_t at_us)
{
	return arena_printf(c->arena, "%s, %s", contacts_source_named(c,
	    _(contacts_source_word(source)), source), page_date(c, at_us));
}

const char *
contacts_role(struct ctx *c, const char *role, const char *team)
{
	const char *label = _(role_word(role));

	return team == NULL ? label : arena_printf(c->arena, "%s, %s", label,
	    team);
}

struct day
contacts_delete_day(int64_t at_us, uint64_t months)
{
	return day_add_months(day_of(at_us), (int)months);
}

const char *
contacts_look_kind(struct ctx *c, const char *kind)
{
	return _(contacts_look_word(kind));
}

const char *
contacts_reason(struct ctx *c, const char *reason)
{
	return _(contacts_reason_word(reason));
}

const char *
contacts_basis(struct ctx *c, const char *basis)
{
	return _(contacts_basis_word(basis));
}
