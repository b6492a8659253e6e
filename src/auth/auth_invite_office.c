/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Invitations: an administrator sends a link that works once, for a day; the
 * others who administer hear of it.
 * Law: GDPR 32(4); CNIL 2022-100; ASVS 5.0, 6.4.
 */
#include "auth/auth_office.h"

#include <inttypes.h>

#include "acting/acting.h"
#include "app/page.h"
#include "app/role.h"
#include "auth/auth_staff.h"
#include "base/address.h"
#include "base/clock.h"
#include "base/text.h"
#include "ledger/ledger.h"
#include "outbox/outbox.h"

enum err
auth_staff_shut(struct ctx *c, struct db *db, uint64_t id)
{
	enum err e;

	if ((e = q_auth_office_delete_all(db, id, NULL)) != ERR_OK ||
	    (e = q_auth_recovery_delete(db, id, NULL)) != ERR_OK ||
	    (e = q_passkey_forget(db, id, NULL)) != ERR_OK)
		return e;
	return acting_end(db, ACTING_INVITE, id, c->now_us);
}

enum err
auth_staff_invite(struct ctx *c, struct db *db, const struct auth_member *m)
{
	struct outbox_mail mail = { .template = "staff_invite",
	    .language = m->language, .is_legal = true };
	struct acting_new wanted = { .purpose = ACTING_INVITE,
	    .subject_id = m->id, .now_us = c->now_us,
	    .expires_us = c->now_us + AUTH_INVITE_HOURS * HOUR_US };
	struct acting_issued issued;
	struct address address;
	enum err e;

	if (address_read(c->arena, m->email, &address) != ERR_OK)
		return ERR_BUG;
	wanted.address_key = address.key;
	mail.to = address.mail;
	if ((e = acting_issue(db, c->arena, c->worker->keys, &wanted,
	    &issued)) != ERR_OK)
		return e;
	mail.view = json_pack("{s:s, s:s, s:s, s:s}", "name", m->name, "role",
	    words_get(m->language, role_word(m->role)), "url", arena_printf(
	    c->arena, "%s/password/invite/%s", c->worker->base_url,
	    issued.token), "expires", page_write_date_time(c->arena,
	    m->language, wanted.expires_us));
	e = outbox_add(c->worker->outbox, db, c->arena, &mail, c->now_us);
	json_decref(mail.view);
	return e;
}

/* In the language of who reads it. */
static json_t *
alert_view(struct ctx *c, const char *lang, const char *name,
    const char *verb, const struct auth_member *m)
{
	const char *title = strcmp(verb, "staff.disabled") == 0 ?
	    N_("An access was disabled") : strcmp(verb, "staff.reset") == 0 ?
	    N_("An access was reset") : strcmp(verb, "staff.placed") == 0 ?
	    N_("The role or team of a colleague was changed") :
	    N_("A colleague was invited");

	return json_pack("{s:s, s:s, s:s, s:s}", "name", name, "title",
	    words_get(lang, title), "text", arena_printf(c->arena,
	    "%s\n%s %s (%s)\n%s %s", words_get(lang, title),
	    words_get(lang, N_("Colleague:")), m->name, words_get(lang,
	    role_word(m->role)), words_get(lang, N_("By:")), c->caller.name), "url",
	    arena_printf(c->arena, "%s/staff/%" PRIu64,
	    c->worker->base_url, m->id));
}

enum err
auth_staff_note(struct ctx *c, struct db *db, const char *verb,
    const struct auth_member *m)
{
	const struct ledger_audit event = { .verb = verb, .actor = "staff",
	    .actor_id = c->caller.staff_id, .object = "staff",
	    .object_id = m->id, .detail = arena_printf(c->arena,
	    "{\"role\":\"%s\"}", m->role), .at_us = c->now_us };
	struct outbox_mail mail = { .template = "staff_alert",
	    .is_legal = true };
	struct q_auth_staff_overseers *rows;
	struct address address;
	size_t i, n;
	enum err e;

	if ((e = ledger_audit(db, c->arena, c->worker->ledger, &event)) !=
	    ERR_OK || (e = q_auth_staff_overseers(db, c->arena,
	    c->caller.staff_id, m->id, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n && e == ERR_OK; i++) {
		if (address_read(c->arena, rows[i].email, &address) != ERR_OK)
			continue;
		mail.to = address.mail;
		mail.language = rows[i].language;
		mail.view = alert_view(c, rows[i].language, rows[i].name,
		    verb, m);
		e = outbox_add(c->worker->outbox, db, c->arena, &mail,
		    c->now_us);
		json_decref(mail.view);
	}
	return e;
}

enum err
auth_team_choices(struct ctx *c, const struct field_choice **ret_choices)
{
	struct field_choice *teams;
	struct q_auth_teams *rows;
	size_t i, n;
	enum err e;

	if ((e = q_auth_teams(c->db, c->arena, &rows, &n)) != ERR_OK)
		return e;
	teams = arena_take(c->arena, (n + 2) * sizeof(*teams));
	teams[0] = (struct field_choice){ "", N_("no team") };
	for (i = 0; i < n; i++)
		teams[i + 1] = (struct field_choice){ arena_printf(c->arena,
		    "%" PRIu64, rows[i].id), rows[i].name };
	*ret_choices = teams;
	return ERR_OK;
}

/* The form's fields, with the teams and languages there are. */
static enum err
invite_fields(struct ctx *c, const struct field **ret_fields)
{
	static const struct field plain[] = {
		{ .name = "name", .type = F_TEXT, .need = true,
		  .label = N_("Name"), .autocomplete = "off" },
		{ .name = "email", .type = F_EMAIL, .need = true,
		  .label = N_("E-mail address"), .autocomplete = "off" },
		{ .name = "role", .type = F_CHOICE, .need = true,
		  .label = N_("Role"), .choices = role_choices },
		{ .name = "team", .type = F_CHOICE, .label = N_("Team") },
		{ .name = "language", .type = F_CHOICE, .need = true,
		  .label = N_("Language") },
		{ .name = NULL }
	};
	const char *const *languages = c->worker->config->languages;
	struct field *fields = arena_take(c->arena, sizeof(plain));
	const struct field_choice *teams;
	struct field_choice *tongues;
	size_t i, n;
	enum err e;

	if ((e = auth_team_choices(c, &teams)) != ERR_OK)
		return e;
	for (n = 0; languages[n] != NULL; n++)
		;
	tongues = arena_take(c->arena, (n + 1) * sizeof(*tongues));
	for (i = 0; i < n; i++)
		tongues[i] = (struct field_choice){ languages[i],
		    page_language_name(languages[i]) };
	memcpy(fields, plain, sizeof(plain));
	fields[3].choices = teams;
	fields[4].choices = tongues;
	*ret_fields = fields;
	return ERR_OK;
}

static json_t *
invite_view(struct ctx *c)
{
	json_t *view = page_view(c, _("Invite a colleague"));

	page_form(c, view, "/staff/invite", "/staff/invite", &c->form);
	json_object_set_new(view, "back_url", json_string("/staff"));
	return view;
}

enum err
auth_office_invite_show(struct ctx *c)
{
	const struct field *fields;
	enum err e;

	if ((e = invite_fields(c, &fields)) != ERR_OK)
		return e;
	form_blank(c, fields, &c->form);
	form_set(&c->form, "language", c->lang);
	return page(c, "office/staff_invite.html", invite_view(c));
}

struct inviting {
	struct ctx *c;
	const struct address *address;
	uint64_t team_id;
	struct auth_member member;
};

static enum err
add_in_tx(struct db *db, void *arg)
{
	struct inviting *k = arg;
	struct ctx *c = k->c;
	struct q_auth_staff_invite row;
	enum err e;

	if ((e = auth_office_team_enter(c, db, k->team_id)) != ERR_OK ||
	    (e = q_auth_staff_invite(db, c->arena, k->address->shown,
	    (struct bytes){ (const unsigned char *)k->address->key,
	    strlen(k->address->key) }, k->member.name, k->member.role,
	    k->team_id, k->member.language, c->now_us, &row)) != ERR_OK)
		return e;
	k->member.id = row.id;
	if ((e = auth_staff_invite(c, db, &k->member)) != ERR_OK)
		return e;
	return auth_staff_note(c, db, "staff.invited", &k->member);
}

enum err
auth_office_invite(struct ctx *c)
{
	struct inviting k = { .c = c };
	const struct field *fields;
	enum err e;

	if ((e = invite_fields(c, &fields)) != ERR_OK)
		return e;
	if ((e = form_read(c, fields, &c->form)) != ERR_OK)
		return page_form_again(c, e, "office/staff_invite.html",
		    invite_view(c));
	k.address = &form_input(&c->form, "email")->address;
	k.member = (struct auth_member){ 0, form_value(&c->form, "name"),
	    k.address->shown, form_value(&c->form, "role"),
	    form_value(&c->form, "language") };
	if (form_value(&c->form, "team")[0] != '\0' && (e = parse_u64(
	    form_value(&c->form, "team"), &k.team_id)) != ERR_OK)
		return ERR_BUG;	/* it was one of the choices */
	if ((e = ctx_tx(c, add_in_tx, &k)) == ERR_OK)
		return page_redirect(c, "/staff");
	if (e != ERR_CONFLICT && e != ERR_INVALID)
		return e;
	if (e == ERR_CONFLICT)
		form_fail(&c->form, "email",
		    _("A colleague has this address already. Open their page to invite them again."));
	return page_form_again(c, ERR_INVALID, "office/staff_invite.html",
	    invite_view(c));
}
