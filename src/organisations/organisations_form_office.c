/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The fields of an organisation, and what is wrong with what was typed.
 * Law: GDPR 5(1)(c), 5(1)(d), 5(1)(f), 25(2).
 */
#include "organisations/organisations_form.h"

#include <inttypes.h>

#include "app/role.h"
#include "base/text.h"

#define NOBODY		"none"	/* who looks after it, or its team */

static const struct field_choice languages[] = {
	{ "fr", N_("French") }, { "en", N_("English") }, { NULL, NULL }
};

static const struct field_choice sights[] = {
	{ "owner", N_("Whoever looks after it, alone") },
	{ "team", N_("The team, and whoever looks after it") },
	{ "everyone", N_("Everyone") }, { NULL, NULL }
};

/* What it is; whose it is comes behind, then "seen". */
static const struct field columns[] = {
	{ .name = "name", .type = F_TEXT, .need = true,
	  .max = ORGANISATIONS_NAME_MAX, .label = N_("Name"),
	  .autocomplete = "off" },
	{ .name = "registration", .type = F_TEXT, .max = 30,
	  .label = N_("Registration number"), .autocomplete = "off",
	  .hint = N_("In France the SIREN or SIRET; elsewhere that of the register.") },
	{ .name = "vat", .type = F_TEXT, .max = 30,
	  .label = N_("VAT number"), .autocomplete = "off" },
	{ .name = "domain", .type = F_TEXT, .max = 260,
	  .label = N_("Domain"), .autocomplete = "off",
	  .hint = N_("What stands behind the @ of its mail addresses, such as example.org.") },
	{ .name = "website", .type = F_TEXT, .max = 200,
	  .label = N_("Website"), .autocomplete = "off",
	  .hint = N_("It begins with https:// or http://.") },
	{ .name = "phone", .type = F_PHONE, .label = N_("Phone number"),
	  .autocomplete = "off" },
	{ .name = "street", .type = F_TEXT, .max = 200,
	  .label = N_("Street and number"), .autocomplete = "off" },
	{ .name = "postcode", .type = F_TEXT, .max = 16,
	  .label = N_("Postcode"), .autocomplete = "off" },
	{ .name = "city", .type = F_TEXT, .label = N_("Town"),
	  .autocomplete = "off" },
	{ .name = "country", .type = F_TEXT, .max = 60,
	  .label = N_("Country"), .hint = N_("Two letters, such as FR."),
	  .autocomplete = "off" },
	{ .name = "language", .type = F_CHOICE, .need = true,
	  .label = N_("Language"), .choices = languages },
	{ .name = "note", .type = F_LINES, .max = ORGANISATIONS_NOTE_MAX,
	  .label = N_("Note"),
	  .hint = N_("About the organisation, not about people: what concerns a person belongs into their record.") },
};

_Static_assert(LENGTH(columns) == ORGANISATIONS_COLUMNS, "all columns");

const char *
organisations_field_label(const char *name)
{
	size_t i;

	for (i = 0; i < LENGTH(columns); i++)
		if (strcmp(columns[i].name, name) == 0)
			return columns[i].label;
	return strcmp(name, "visibility") == 0 ? N_("Visible to") :
	    strcmp(name, "owner") == 0 ? N_("Who looks after it") :
	    strcmp(name, "team") == 0 ? N_("Team") : name;
}

static bool
is_at(const struct organisations_form *k, size_t i, const char *name)
{
	return strcmp(k->fields[i].name, name) == 0;
}

const char *
organisations_form_typed(const struct organisations_form *k, const char *name)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		if (is_at(k, i, name))
			return k->typed[i];
	return NULL;
}

static void
add(struct organisations_form *k, struct field field, const char *now)
{
	k->now[k->n] = now;
	k->fields[k->n++] = field;
}

static const char *
id_text(struct ctx *c, uint64_t id)
{
	return id == 0 ? NOBODY : arena_printf(c->arena, "%" PRIu64, id);
}

/* ---- whose it is: an adviser's own, a lead's of the team, the DPO's all */

/* Who sees it: everyone is for the DPO to say. */
static const struct field_choice *
sights_of(const struct organisations_form *k, const char *now)
{
	struct field_choice *list;

	if (k->c->caller.role == ROLE_DPO || strcmp(now, "everyone") == 0)
		return sights;
	list = arena_take(k->c->arena, sizeof(sights));
	memcpy(list, sights, sizeof(sights));
	list[2] = (struct field_choice){ NULL, NULL };
	return list;
}

/* Rows as choices behind "nobody", with the present one in any case. */
struct choosing {
	struct ctx *c;
	struct field_choice *list;
	size_t n;
	uint64_t now;
	bool has_now;
};

static void
choose(struct choosing *o, uint64_t id, const char *name)
{
	o->has_now = o->has_now || id == o->now;
	o->list[o->n++] = (struct field_choice){ id_text(o->c, id), name };
}

static struct choosing
choosing(struct ctx *c, size_t n, uint64_t now, const char *nobody)
{
	struct choosing o = { .c = c, .now = now };

	o.list = arena_take(c->arena, (n + 3) * sizeof(*o.list));
	choose(&o, 0, nobody);
	return o;
}

/* The list, ended. */
static const struct field_choice *
chosen(struct choosing *o, const char *now_name)
{
	if (!o->has_now)
		choose(o, o->now, now_name);
	o->list[o->n] = (struct field_choice){ NULL, NULL };
	return o->list;
}

static enum err
add_owner(struct organisations_form *k)
{
	struct q_organisations_keepers *rows;
	struct choosing o;
	struct ctx *c = k->c;
	size_t i, n;
	enum err e;

	if ((e = q_organisations_keepers(c->db, c->arena,
	    c->caller.role == ROLE_DPO ? 0 : c->caller.team_id, &rows, &n)) !=
	    ERR_OK)
		return e;
	o = choosing(c, n, k->r.owner_id, N_("nobody"));
	for (i = 0; i < n; i++)
		choose(&o, rows[i].id, rows[i].name);
	add(k, (struct field){ .name = "owner", .type = F_CHOICE,
	    .need = true, .label = N_("Who looks after it"),
	    .choices = chosen(&o, k->r.owner) }, id_text(c, k->r.owner_id));
	return ERR_OK;
}

static enum err
add_team(struct organisations_form *k)
{
	struct q_organisations_teams *rows;
	struct choosing o;
	struct ctx *c = k->c;
	size_t i, n;
	enum err e;

	if ((e = q_organisations_teams(c->db, c->arena, &rows, &n)) != ERR_OK)
		return e;
	o = choosing(c, n, k->r.team_id, N_("no team"));
	for (i = 0; i < n; i++)
		choose(&o, rows[i].id, rows[i].name);
	add(k, (struct field){ .name = "team", .type = F_CHOICE,
	    .need = true, .label = N_("Team"),
	    .choices = chosen(&o, k->r.team) },
	    id_text(c, k->r.team_id));
	return ERR_OK;
}

static enum err
add_whose(struct organisations_form *k)
{
	const struct caller *who = &k->c->caller;
	bool is_dpo = who->role == ROLE_DPO;
	bool is_lead = who->role == ROLE_LEAD && who->team_id != 0 &&
	    k->r.team_id == who->team_id;
	enum err e;

	if (!is_dpo && !is_lead && k->r.owner_id != who->staff_id)
		return ERR_OK;	/* not theirs to give */
	add(k, (struct field){ .name = "visibility", .type = F_CHOICE,
	    .need = true, .label = N_("Visible to"),
	    .choices = sights_of(k, k->r.visibility) }, k->r.visibility);
	if ((is_dpo || is_lead) && (e = add_owner(k)) != ERR_OK)
		return e;
	return is_dpo ? add_team(k) : ERR_OK;
}

/* A new one is for the team of who enters it. */
static void
begin_new(struct organisations_form *k)
{
	const struct caller *who = &k->c->caller;
	const char *country = k->c->worker->config->country;
	bool is_dpo = who->role == ROLE_DPO;

	k->r = (struct q_organisations_one){ .name = "", .registration = "",
	    .vat = "", .domain = "", .website = "", .street = "",
	    .postcode = "", .city = "", .country = country == NULL ? "" :
	    country, .language = k->c->lang, .note = "",
	    .visibility = is_dpo ? "everyone" : who->team_id != 0 ? "team" :
	    "owner", .owner_id = is_dpo ? 0 : who->staff_id,
	    .owner = who->name, .team_id = is_dpo ? 0 : who->team_id };
}

enum err
organisations_form_load(struct organisations_form *k)
{
	const struct q_organisations_one *r = &k->r;
	struct ctx *c = k->c;
	size_t i;
	enum err e;

	if (k->id == 0)
		begin_new(k);
	else if ((e = organisations_load(c, k->id, &k->r)) != ERR_OK)
		return e;
	const char *const now[] = { r->name, r->registration, r->vat,
	    r->domain, r->website, r->phone == NULL ? "" : r->phone,
	    r->street, r->postcode, r->city, r->country, r->language,
	    r->note };

	_Static_assert(LENGTH(now) == ORGANISATIONS_COLUMNS,
	    "one value for each column");
	k->n = 0;
	for (i = 0; i < ORGANISATIONS_COLUMNS; i++)
		add(k, columns[i], now[i]);
	if ((e = add_whose(k)) != ERR_OK)
		return e;
	k->fields[k->n] = k->id == 0 ? (struct field){ .name = NULL } :
	    (struct field){ .name = "seen", .type = F_HIDDEN, .need = true,
	    .max = ORGANISATIONS_SEEN_MAX };
	k->fields[k->n + 1] = (struct field){ .name = NULL };
	return ERR_OK;
}

const char *
organisations_form_shown(const struct organisations_form *k, size_t i,
    const char *value)
{
	struct arena *a = k->c->arena;

	if (is_at(k, i, "phone"))
		return *value == '\0' ? value : contacts_phone_show(a, value);
	return is_at(k, i, "domain") ? organisations_domain_show(a, value) :
	    value;
}

const char *
organisations_form_said(const struct organisations_form *k, size_t i,
    const char *value)
{
	const struct field_choice *o = k->fields[i].choices;
	struct ctx *c = k->c;

	for (; o != NULL && o->value != NULL; o++)
		if (strcmp(o->value, value) == 0)
			return _(o->label);
	return *value == '\0' ? "–" : organisations_form_shown(k, i, value);
}

enum err
organisations_form_wrong(struct organisations_form *k, const char *name,
    const char *error)
{
	form_fail(&k->c->form, name, error);
	return ERR_INVALID;
}

static const char *
upper(struct ctx *c, const char *text)
{
	char *copy = arena_text(c->arena, text), *p;

	for (p = copy; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return copy;
}

/* ${text} of the field ${i} as it is stored. */
static enum err
read_one(struct organisations_form *k, size_t i, const char *text,
    const char **ret_text)
{
	struct ctx *c = k->c;
	struct arena *a = c->arena;
	const char *country = upper(c, form_value(&c->form, "country"));
	char *number = NULL;

	*ret_text = text;
	/* one that came from elsewhere may stay as it is */
	if (k->id != 0 && strcmp(text, organisations_form_shown(k, i,
	    k->seen[i])) == 0) {
		*ret_text = k->seen[i];
		return ERR_OK;
	}
	if (is_at(k, i, "name") && *organisations_sort_name(a, text) == '\0')
		return organisations_form_wrong(k, "name",
		    _("A name has at least one letter or digit."));
	if (is_at(k, i, "registration") && organisations_registration_read(a,
	    text, country, ret_text) != ERR_OK)
		return organisations_form_wrong(k, "registration",
		    _("Check this number: its digits do not fit together."));
	if (is_at(k, i, "vat") && organisations_vat_read(a, text, ret_text) !=
	    ERR_OK)
		return organisations_form_wrong(k, "vat",
		    _("Enter a VAT number like FR40303265045."));
	if (is_at(k, i, "domain") && organisations_domain_read(a, text,
	    ret_text) != ERR_OK)
		return organisations_form_wrong(k, "domain",
		    _("Enter a domain like example.org."));
	if (is_at(k, i, "website") && !organisations_website_is_good(text))
		return organisations_form_wrong(k, "website",
		    _("Enter an address like https://www.example.org."));
	if (is_at(k, i, "phone") && *text != '\0') {
		if (contacts_phone_read(a, text, c->worker->config->country,
		    &number) != ERR_OK)
			return organisations_form_wrong(k, "phone",
			    _("Enter a phone number like 06 12 34 56 78 or +33 6 12 34 56 78."));
		*ret_text = number;
	}
	if (is_at(k, i, "country")) {
		if (*country != '\0' && (strlen(country) != 2 ||
		    strspn(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2))
			return organisations_form_wrong(k, "country",
			    _("Enter the two letters of the country, such as FR."));
		*ret_text = country;
	}
	return ERR_OK;
}

enum err
organisations_form_check(struct organisations_form *k)
{
	enum err e = ERR_OK, one;
	size_t i;

	for (i = 0; i < k->n; i++) {
		one = read_one(k, i, form_value(&k->c->form, k->fields[i].name),
		    &k->typed[i]);
		e = e == ERR_OK ? one : e;
	}
	return e;
}

uint64_t
organisations_form_typed_id(const struct organisations_form *k,
    const char *name, uint64_t now)
{
	const char *text = organisations_form_typed(k, name);
	uint64_t id = 0;

	if (text == NULL)
		return now;
	return parse_u64(text, &id) == ERR_OK ? id : 0;
}

enum err
organisations_form_sight(struct organisations_form *k)
{
	const char *sight = organisations_form_typed(k, "visibility");
	uint64_t owner = organisations_form_typed_id(k, "owner", k->r.owner_id);
	uint64_t team = organisations_form_typed_id(k, "team", k->r.team_id);
	const struct caller *who = &k->c->caller;
	struct ctx *c = k->c;

	if (sight == NULL)
		return ERR_OK;
	if (strcmp(sight, "team") == 0 && team == 0)
		return organisations_form_wrong(k, "visibility",
		    _("Then nobody would see it: there is no team yet."));
	if (strcmp(sight, "owner") == 0 && (owner == 0 ||
	    (who->role == ROLE_ADVISER && owner != who->staff_id)))
		return organisations_form_wrong(k, "visibility",
		    _("Then nobody would see it: choose who looks after it."));
	return ERR_OK;
}

