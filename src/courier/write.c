/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From a row to the bytes of a mail: open, render, compose (GDPR 12(1)).
 */
#include "courier/courier.h"

#include <string.h>

#include "base/log.h"
#include "courier/compose.h"
#include "outbox/outbox.h"

/* A language that the site no longer speaks becomes its first. */
static const char *
language_of(const struct config *config, const char *language)
{
	const char *const *l;

	for (l = config->languages; *l != NULL; l++)
		if (strcmp(*l, language) == 0)
			return *l;
	return config->languages[0];
}

/* What every mail may show beside its own view. */
static void
complete_view(struct courier *c, const struct outbox_letter *letter,
    const char *lang, const char *unsubscribe_url)
{
	json_t *site = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}",
	    "name", c->site.name, "legal_name", c->site.legal_name,
	    "address", c->site.address,
	    "contact_email", c->site.contact_email,
	    "dpo_name", c->site.dpo_name, "dpo_email", c->site.dpo_email);

	json_object_set_new(letter->view, "site", site);
	if (json_object_get(letter->view, "name") == NULL)
		json_object_set_new(letter->view, "name", json_null());
	json_object_set_new(letter->view, "lang", json_string(lang));
	json_object_set_new(letter->view, "portal_url",
	    json_string(c->config->portal_url));
	json_object_set_new(letter->view, "unsubscribe_url",
	    unsubscribe_url == NULL ? json_null() :
	    json_string(unsubscribe_url));
}

static enum err
render(struct courier *c, const char *template, const char *ending,
    const char *lang, json_t *view, const char **ret_text)
{
	struct buf b;
	enum err e;

	buf_open(&b, c->mail);
	if ((e = html_render(c->html, arena_printf(c->mail, "mail/%s.%s",
	    template, ending), lang, view, &b)) != ERR_OK)
		return e;
	*ret_text = b.ptr;
	return ERR_OK;
}

static enum err
write_letter(struct courier *c, const struct q_courier_load *row,
    int64_t now_us, const struct outbox_letter *letter,
    struct bytes *ret_message)
{
	struct compose_mail mail = { .from = c->from,
	    .from_name = c->site.name, .to = letter->to,
	    .message_id = row->message_id, .date_us = now_us,
	    .files = letter->files, .n_files = letter->n_files };
	const char *lang = language_of(c->config, row->language);
	enum err e;

	mail.reply_to = c->config->smtp.reply_to;
	if (mail.reply_to == NULL && smtp_is_address(c->site.contact_email))
		mail.reply_to = c->site.contact_email;
	if (letter->unsubscribe != NULL)
		mail.unsubscribe_url = arena_printf(c->mail, "%s%s",
		    c->config->portal_url, letter->unsubscribe);
	complete_view(c, letter, lang, mail.unsubscribe_url);
	if ((e = render(c, row->template, "subject.txt", lang, letter->view,
	    &mail.subject)) != ERR_OK ||
	    (e = render(c, row->template, "txt", lang, letter->view,
	    &mail.text)) != ERR_OK ||
	    (e = render(c, row->template, "html", lang, letter->view,
	    &mail.html)) != ERR_OK)
		return e;
	return compose(c->mail, &mail, ret_message);
}

enum err
courier_write(struct courier *c, const struct q_courier_load *row,
    int64_t now_us, const char **ret_to, struct bytes *ret_message,
    const char **ret_why)
{
	struct outbox_mail place = { .template = row->template,
	    .language = row->language };
	struct outbox_letter letter;
	enum err e;

	if ((e = outbox_unseal(c->keys, c->mail, &place, row->message_id,
	    row->sealed, &letter)) != ERR_OK) {
		log_fault("mail=%llu what=\"does not open with courier.key\"",
		    (unsigned long long)row->id);
		*ret_why = "unreadable";
		return e;
	}
	*ret_to = letter.to;
	*ret_why = "rendering";
	e = write_letter(c, row, now_us, &letter, ret_message);
	json_decref(letter.view);
	return e;
}
