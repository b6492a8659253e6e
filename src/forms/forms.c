/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From a form's definition to the fields that its POST may carry.
 * Law: GDPR 7(2), 13: one control per purpose and channel, none ticked.
 */
#include "forms/forms.h"

#include <inttypes.h>

#include "base/log.h"
#include "base/text.h"
#include "html/words.h"

const char *const forms_channel_names[CHANNEL__MAX] = { "email", "phone",
	"post", "sms" };
const char *const forms_channel_labels[CHANNEL__MAX] = { N_("E-mail"),
	N_("Phone"), N_("Post"), N_("SMS") };

/* The person's own fields that a definition may name. */
static const struct field known_fields[] = {
	{ .name = "email", .type = F_EMAIL, .need = true,
	  .label = N_("E-mail address"),
	  .hint = N_("We send one mail there, to confirm."),
	  .autocomplete = "email" },
	{ .name = "phone", .type = F_PHONE, .label = N_("Mobile phone"),
	  .hint = N_("Only if you choose SMS or phone."),
	  .autocomplete = "tel" },
	{ .name = "given_name", .type = F_TEXT, .label = N_("First name"),
	  .autocomplete = "given-name" },
	{ .name = "family_name", .type = F_TEXT, .label = N_("Last name"),
	  .autocomplete = "family-name" },
};

const char *
forms_choice_name(struct arena *a, const struct forms_purpose *purpose,
    enum forms_channel channel)
{
	return arena_printf(a, "p%" PRIu64 "_%s", purpose->version_id,
	    forms_channel_names[channel]);
}

static enum err
add_known(struct field *to, const char *name)
{
	size_t i;

	for (i = 0; i < LENGTH(known_fields); i++) {
		if (strcmp(known_fields[i].name, name) == 0) {
			*to = known_fields[i];
			return ERR_OK;
		}
	}
	return ERR_INVALID;
}

static bool
is_complete(const struct forms_version *v)
{
	size_t i;

	if (v->n_purposes == 0 || v->n_notices == 0)
		return false;
	for (i = 0; i < v->n_purposes; i++)
		if (v->purposes[i].n_texts == 0)
			return false;
	return true;
}

enum err
forms_fields(struct arena *a, struct forms_version *v)
{
	json_t *names = json_object_get(v->definition, "fields");
	size_t i, n = 0, max = json_array_size(names) + 2 +
	    v->n_purposes * CHANNEL__MAX;
	enum forms_channel channel;
	const char *name;

	v->fields = arena_take(a, max * sizeof(*v->fields));
	v->fields[n++] = (struct field){ .name = "version", .type = F_ID,
	    .need = true };
	for (i = 0; i < json_array_size(names); i++) {
		name = json_string_value(json_array_get(names, i));
		if (name == NULL || add_known(&v->fields[n], name) != ERR_OK)
			goto refused;
		n++;
	}
	for (i = 0; i < v->n_purposes; i++)
		for (channel = 0; channel < CHANNEL__MAX; channel++)
			if (v->purposes[i].has_channel[channel])
				v->fields[n++] = (struct field){ .name =
				    forms_choice_name(a, &v->purposes[i],
				    channel), .type = F_FLAG };
	if (n - 1 <= FORMS_CHOICES_MAX && is_complete(v))
		return ERR_OK;
refused:
	log_fault("form_version=%" PRIu64 " what=\"unknown field, no purpose, or words missing in a language\"",
	    v->id);
	return ERR_INVALID;
}

const struct forms_text *
forms_text_of(const struct forms_purpose *purpose, const char *lang)
{
	size_t i;

	for (i = 0; i < purpose->n_texts; i++)
		if (strcmp(purpose->texts[i].lang, lang) == 0)
			return &purpose->texts[i];
	return &purpose->texts[0];
}

json_t *
forms_notice_of(const struct forms_version *v, const char *lang)
{
	size_t i;

	for (i = 0; i < v->n_notices; i++)
		if (strcmp(v->notices[i].lang, lang) == 0)
			return v->notices[i].blocks;
	return v->notices[0].blocks;
}
