/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The public form: show it, take a sign-up, say that a mail is on its way.
 * The answer is the same whether the address is known or not.
 * Law: GDPR 4(11), 7, 13; LAW R2, R7, R11.
 */
#include "forms/forms_portal.h"

#include <inttypes.h>

#include "acting/acting.h"
#include "app/csrf.h"
#include "app/gate.h"
#include "app/page.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/tree.h"
#include "contacts/contacts_search.h"
#include "forms/forms.h"
#include "forms/forms_kept_portal.h"
#include "forms/forms_json.h"
#include "forms/forms_view.h"
#include "ledger/ledger.h"
#include "outbox/outbox.h"

#define SEEN_US	SECOND_US	/* how long a form's row is not read again */

/* A form's row as it was last read. */
struct seen {
	char code[FORMS_CODE_MAX_BYTES + 1];
	struct forms_current current;
	struct arena *arena;		/* of current; NULL: nothing in it */
	int64_t ticks_us;		/* when; 0: too old to be used */
};

/* What a worker remembers: versions never change; a form's row may. */
struct forms_cache {
	struct arena *arena;		/* for ever */
	struct forms_version *versions;
	struct seen seen[FORMS_PUBLISHED_MAX];	/* while the database is away, of any age */
	size_t n_seen;
	struct forms_kept *kept;	/* drawn pages */
	/* the last capture, good while site and language are the same */
	uint64_t capture_version;
	int64_t capture_ticks_us;
	char capture_lang[8];
	bool capture_is_json;
	unsigned char capture_hash[HASH_BYTES];
	bool is_captured;		/* its page is known to be stored */
};

void
forms_portal_open(struct worker *w)
{
	struct arena *a = arena_open();

	w->forms = arena_take(a, sizeof(*w->forms));
	w->forms->arena = a;
	w->forms->kept = forms_kept_open(a);
}

static enum err
version_of(struct forms_cache *cache, struct db *db, uint64_t id,
    const struct forms_version **ret_v)
{
	struct forms_version *v;
	enum err e;

	for (v = cache->versions; v != NULL; v = v->next) {
		if (v->id == id) {
			*ret_v = v;
			return ERR_OK;
		}
	}
	if ((e = forms_version_load(db, cache->arena, id, &v)) != ERR_OK)
		return e;
	v->next = cache->versions;
	cache->versions = v;
	*ret_v = v;
	return ERR_OK;
}

enum err
forms_portal_version(struct ctx *c, uint64_t id,
    const struct forms_version **ret_v)
{
	return version_of(c->worker->forms, c->db, id, ret_v);
}

/* The place of ${code}, a new one if need be; NULL: all are taken. */
static struct seen *
place_of(struct forms_cache *cache, const char *code)
{
	struct seen *seen;
	size_t i;

	for (i = 0; i < cache->n_seen; i++)
		if (strcmp(cache->seen[i].code, code) == 0)
			return &cache->seen[i];
	if (i == LENGTH(cache->seen) || strlen(code) > FORMS_CODE_MAX_BYTES)
		return NULL;
	seen = &cache->seen[i];
	memcpy(seen->code, code, strlen(code) + 1);
	return seen;
}

/* Read the row of ${code} into its place, which is counted once it is there. */
static enum err
see(struct forms_cache *cache, struct db *db, struct seen *seen)
{
	struct arena *a = arena_open();
	struct forms_current current;
	enum err e;

	if ((e = forms_current_load(db, a, seen->code, &current)) != ERR_OK) {
		arena_close(a);
		seen->ticks_us = 0;
		return e;
	}
	arena_close(seen->arena);
	seen->arena = a;
	seen->current = current;
	seen->ticks_us = clock_ticks_us();
	if (seen == &cache->seen[cache->n_seen])
		cache->n_seen++;
	return ERR_OK;
}

enum err
forms_portal_remember(struct worker *w)
{
	struct arena *a = arena_open();
	const struct forms_version *v;
	struct forms_published *list;
	struct seen *seen;
	enum err e;
	size_t i, n;

	e = forms_published_load(w->db, a, &list, &n);
	for (i = 0; e == ERR_OK && i < n; i++) {
		e = version_of(w->forms, w->db, list[i].version_id, &v);
		seen = place_of(w->forms, list[i].code);
		if (e == ERR_OK && seen != NULL)
			e = see(w->forms, w->db, seen);
	}
	arena_close(a);
	return e;
}

const struct forms_version *
forms_portal_known(struct ctx *c, size_t i, const char **ret_code)
{
	struct forms_cache *cache = c->worker->forms;
	const struct forms_version *v;

	if (i >= cache->n_seen || forms_portal_version(c,
	    cache->seen[i].current.version_id, &v) != ERR_OK)
		return NULL;
	*ret_code = cache->seen[i].code;
	return v;
}

/*
 * The form as published.  Its row is read at most once a second; of any age it
 * is shown while the database is away.
 */
static enum err
current_of(struct ctx *c, struct forms_current *ret_current,
    const struct forms_version **ret_v)
{
	struct forms_cache *cache = c->worker->forms;
	const char *code = c->path_param[0];
	struct seen *seen = place_of(cache, code);
	enum err e = ERR_OK;

	if (seen == NULL)	/* more forms than a worker remembers */
		e = forms_current_load(c->db, c->arena, code, ret_current);
	else if (seen->ticks_us == 0 ||
	    clock_ticks_us() - seen->ticks_us >= SEEN_US)
		e = see(cache, c->db, seen);
	if (e == ERR_DOWN && c->req->method != M_POST && seen != NULL &&
	    seen->arena != NULL)
		e = ERR_OK;
	if (e != ERR_OK)
		return e;
	if (seen != NULL)
		*ret_current = seen->current;
	if (!ret_current->is_published)
		return ERR_NOTFOUND;
	return forms_portal_version(c, ret_current->version_id, ret_v);
}

static bool
is_listed(const char *origins, const char *origin)
{
	size_t len = strlen(origin);
	const char *p;

	for (p = origins; len > 0 && (p = strstr(p, origin)) != NULL; p += len)
		if ((p == origins || p[-1] == ' ') &&
		    (p[len] == ' ' || p[len] == '\0'))
			return true;
	return false;
}

/* Our own page, a page of the form's list, or no browser at all. */
static enum err
check_origin(struct ctx *c, const struct forms_current *current)
{
	if (csrf_is_own(c))
		return ERR_OK;
	return is_listed(current->origins, c->req->origin) ? ERR_OK :
	    ERR_FORGED;
}

/* Let the listed sites frame the form and read its answer, nobody else. */
static void
allow_origins(struct ctx *c, const struct forms_current *current)
{
	if (*current->origins == '\0')
		return;
	page_framed(c, current->origins);
	if (is_listed(current->origins, c->req->origin)) {
		http_header(c->res, "Access-Control-Allow-Origin",
		    c->req->origin);
		if (!page_wants_json(c))
			http_header(c->res, "Vary", "Accept, Origin");
	}
}

const char *
forms_portal_framers(const struct ctx *c)
{
	const struct forms_cache *cache = c->worker->forms;
	size_t i;

	if (c->route == NULL || (c->route->handler != forms_portal_show &&
	    c->route->handler != forms_portal_subscribe))
		return "";
	for (i = 0; i < cache->n_seen; i++)
		if (strcmp(cache->seen[i].code, c->path_param[0]) == 0 &&
		    cache->seen[i].arena != NULL)
			return cache->seen[i].current.origins;
	return "";
}

static const char *
template_of(struct ctx *c)
{
	return params_find(&c->query, "embed") != NULL ?
	    "portal/forms_embed.html" : "portal/forms_subscribe.html";
}

enum err
forms_portal_show(struct ctx *c)
{
	const struct forms_version *v;
	struct forms_current current;
	enum err e;

	if ((e = current_of(c, &current, &v)) != ERR_OK)
		return e;
	allow_origins(c, &current);
	if (page_wants_json(c))
		return forms_json_show(c, v);
	return forms_kept_show(c, c->worker->forms->kept, v, template_of(c));
}

/* Everything the transaction needs, decided before it. */
struct subscribing {
	struct ctx *c;
	const struct forms_version *version;
	struct forms_signup signup;
	struct bytes page;		/* what was shown; none when stored already */
	bool is_stored;			/* what was shown is in the database */
	struct address address;
	struct ledger_consent asked[FORMS_CHOICES_MAX];
	size_t n_asked;
};

static void
collect_choices(struct subscribing *s)
{
	const struct forms_version *v = s->version;
	json_t *list = json_array();
	enum forms_channel channel;
	const char *name;
	size_t i;

	for (i = 0; i < v->n_purposes; i++) {
		for (channel = 0; channel < CHANNEL__MAX; channel++) {
			if (!v->purposes[i].has_channel[channel])
				continue;
			name = forms_choice_name(s->c->arena, &v->purposes[i],
			    channel);
			if (form_input(&s->c->form, name)->number != 1)
				continue;
			json_array_append_new(list, json_pack("[I, s]",
			    (json_int_t)v->purposes[i].version_id,
			    forms_channel_names[channel]));
			s->asked[s->n_asked++] = (struct ledger_consent){
			    .kind = "asked",
			    .purpose = v->purposes[i].code,
			    .purpose_version_id = v->purposes[i].version_id,
			    .channel = forms_channel_names[channel],
			    .lang = s->c->lang,
			    .notice_version_id = v->notice_version_id,
			    .form_version_id = v->id,
			    .rendering = s->signup.rendering, .how = "form",
			    .at_us = s->c->now_us };
		}
	}
	s->signup.choices = tree_text(s->c->arena, list, JSON_COMPACT);
	json_decref(list);
}

/* A number is needed for what is chosen by phone or SMS, and read once. */
static void
check_phone(struct ctx *c, const struct forms_version *v,
    char **ret_phone)
{
	json_t *names = json_object_get(v->definition, "fields");
	bool has_field = false, is_wanted = false;
	enum forms_channel channel;
	const char *name;
	size_t i;

	for (i = 0; i < json_array_size(names); i++)
		if (text_equal(json_string_value(json_array_get(names, i)),
		    "phone"))
			has_field = true;
	for (i = 0; i < v->n_purposes; i++) {
		for (channel = 0; channel < CHANNEL__MAX; channel++) {
			if (!v->purposes[i].has_channel[channel] ||
			    (channel != CHANNEL_SMS && channel != CHANNEL_PHONE))
				continue;
			name = forms_choice_name(c->arena, &v->purposes[i],
			    channel);
			if (form_input(&c->form, name)->number == 1)
				is_wanted = true;
		}
	}
	if (!has_field)
		return;
	if (*form_value(&c->form, "phone") != '\0') {
		if (contacts_phone_read(c->arena, form_value(&c->form,
		    "phone"), c->worker->config->country, ret_phone) != ERR_OK)
			form_fail(&c->form, "phone",
			    _("Enter a phone number like 06 12 34 56 78 or +33 6 12 34 56 78."));
	} else if (is_wanted) {
		form_fail(&c->form, "phone",
		    _("Enter your number: you chose to be reached by SMS or phone."));
	}
}

static const char *
optional(const struct form *form, const char *name)
{
	size_t i;

	for (i = 0; i < form->n; i++)
		if (strcmp(form->inputs[i].field->name, name) == 0)
			return form->inputs[i].value;
	return "";
}

/* The mail with its one link and one typed code; nothing promotional. */
static enum err
add_mail(struct subscribing *s, struct db *db,
    const struct acting_issued *issued)
{
	struct ctx *c = s->c;
	struct outbox_mail mail;
	json_t *view;
	enum err e;

	/* no name: what a stranger typed is no greeting of ours */
	view = json_pack("{s:n, s:s, s:s, s:s, s:i}", "name",
	    "url", ctx_url(c, arena_printf(c->arena, "/confirm/%s",
	    issued->token)), "code", issued->code,
	    "code_url", ctx_url(c, "/confirm"),
	    "days", FORMS_SIGNUP_DAYS);
	memset(&mail, 0, sizeof(mail));
	mail.template = "forms_confirm";
	mail.language = c->lang;
	mail.to = s->address.mail;
	mail.view = view;
	e = outbox_add(c->worker->outbox, db, c->arena, &mail, c->now_us);
	json_decref(view);
	return e;
}

static enum err
subscribe_in_tx(struct db *db, void *arg)
{
	struct subscribing *s = arg;
	struct ctx *c = s->c;
	const struct spend spends[] = {
		{ BUDGET_ADDRESS_MAIL, s->address.key },
		{ BUDGET_NETWORK_MAIL, NULL },
	};
	struct acting_drawn drawn;
	bool is_over[LENGTH(spends)];
	uint64_t id;
	size_t i;
	enum err e;

	s->is_stored = false;
	if ((e = gate_spend(c, spends, LENGTH(spends), is_over)) != ERR_OK)
		return e;
	if (is_over[0] || is_over[1])
		return ERR_OK;		/* silent: nobody learns whose budget it is */
	if (s->page.ptr != NULL && (e = forms_rendering_insert(db, &s->signup,
	    s->page)) != ERR_OK)
		return e;
	s->is_stored = true;
	acting_draw(c->arena, c->worker->keys, &drawn);
	memcpy(s->signup.token_hash, drawn.hash, HASH_BYTES);
	memcpy(s->signup.code_hash, drawn.code_hash, HASH_BYTES);
	if ((e = forms_signup_insert(db, c->arena, &s->signup, &id)) != ERR_OK)
		return e;
	for (i = 0; i < s->n_asked; i++)
		s->asked[i].signup_id = id;
	if ((e = ledger_consents(db, c->arena, c->worker->ledger, s->asked,
	    s->n_asked, NULL)) != ERR_OK)
		return e;
	return add_mail(s, db, &drawn.issued);
}

/* The hash of the page as shown; its bytes too while nobody stored them. */
static enum err
capture(struct subscribing *s)
{
	struct forms_cache *cache = s->c->worker->forms;
	struct ctx *c = s->c;
	bool is_json = page_wants_json(c);
	enum err e;

	if (cache->capture_version == s->version->id &&
	    cache->capture_is_json == is_json &&
	    cache->capture_ticks_us == c->worker->info_ticks_us &&
	    strcmp(cache->capture_lang, c->lang) == 0 && cache->is_captured) {
		memcpy(s->signup.rendering, cache->capture_hash, HASH_BYTES);
		return ERR_OK;
	}
	e = is_json ? forms_json_capture(c, s->version, &s->page,
	    s->signup.rendering) : forms_capture(c, s->version, &s->page,
	    s->signup.rendering);
	if (e != ERR_OK)
		return e;
	cache->is_captured = false;
	cache->capture_is_json = is_json;
	cache->capture_version = s->version->id;
	cache->capture_ticks_us = c->worker->info_ticks_us;
	memcpy(cache->capture_lang, c->lang, strlen(c->lang) < 8 ?
	    strlen(c->lang) + 1 : 0);
	memcpy(cache->capture_hash, s->signup.rendering, HASH_BYTES);
	return ERR_OK;
}

static enum err
read_form(struct subscribing *s)
{
	struct ctx *c = s->c;
	char *phone = NULL;
	enum err e;

	e = form_read(c, s->version->fields, &c->form);
	if (e == ERR_OK || e == ERR_INVALID) {
		check_phone(c, s->version, &phone);
		collect_choices(s);
		if (s->n_asked == 0)
			form_fail_group(&c->form, forms_group_id(c->arena,
			    &s->version->purposes[0]),
			    N_("What would you like to receive?"),
			    _("Choose at least one thing to receive, and how."));
		if (form_has_errors(&c->form))
			e = ERR_INVALID;
	}
	if (e != ERR_OK)
		return e;
	s->address = form_input(&c->form, "email")->address;
	s->signup.form_version_id = s->version->id;
	s->signup.lang = c->lang;
	s->signup.mailbox = s->address.mail;
	s->signup.mailbox_key = s->address.key;
	s->signup.given_name = optional(&c->form, "given_name");
	s->signup.family_name = optional(&c->form, "family_name");
	s->signup.phone = phone;
	s->signup.created_us = c->now_us;
	s->signup.expires_us = c->now_us + FORMS_SIGNUP_DAYS * DAY_US;
	return ERR_OK;
}

/* The version that the person saw, if it is one of this form. */
static enum err
shown_version(struct ctx *c, const struct forms_current *current,
    const struct forms_version **ret_v)
{
	const struct param *p = params_find(&c->body, "version");
	const struct forms_version *v;
	uint64_t id;
	enum err e;

	if (p == NULL || parse_u64(p->value, &id) != ERR_OK ||
	    id == current->version_id)
		return ERR_OK;
	if ((e = forms_portal_version(c, id, &v)) == ERR_NOTFOUND ||
	    (e == ERR_OK && v->form_id != current->form_id))
		return ERR_OK;
	if (e == ERR_OK)
		*ret_v = v;
	return e;
}

enum err
forms_portal_subscribe(struct ctx *c)
{
	struct subscribing *s = arena_take(c->arena, sizeof(*s));
	struct forms_current current;
	enum err e;

	s->c = c;
	if ((e = current_of(c, &current, &s->version)) != ERR_OK ||
	    (e = check_origin(c, &current)) != ERR_OK ||
	    (e = shown_version(c, &current, &s->version)) != ERR_OK)
		return e;
	allow_origins(c, &current);
	if ((e = capture(s)) != ERR_OK)
		return e;
	if ((e = read_form(s)) != ERR_OK && page_wants_json(c))
		return forms_json_again(c, e, &c->form);
	if (e != ERR_OK)
		return page_form_again(c, e, template_of(c),
		    forms_view(c, s->version, &c->form, false));
	if ((e = ctx_tx(c, subscribe_in_tx, s)) != ERR_OK)
		return e;
	if (s->is_stored)	/* not over a budget, nor told before */
		c->worker->forms->is_captured = true;
	if (page_wants_json(c))
		return forms_json_sent(c);
	return page_redirect(c, arena_printf(c->arena,
	    "/subscribe/%s/sent?lang=%s", s->version->code, c->lang));
}

enum err
forms_portal_sent(struct ctx *c)
{
	const struct forms_version *v;
	struct forms_current current;
	json_t *view;
	enum err e;

	if ((e = current_of(c, &current, &v)) != ERR_OK)
		return e;
	view = page_view(c, _("Check your mail"));
	json_object_set_new(view, "address", json_null());
	json_object_set_new(view, "code_url", json_string("/confirm"));
	json_object_set_new(view, "purge_days",
	    json_integer(FORMS_SIGNUP_DAYS));
	json_object_set_new(view, "again_url", json_string(arena_printf(
	    c->arena, "/subscribe/%s", v->code)));
	allow_origins(c, &current);
	return page(c, "portal/forms_sent.html", view);
}
