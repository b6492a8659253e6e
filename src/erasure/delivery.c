/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A person as sealed JSON (GDPR 32(1)(a)).
 */
#include "erasure/delivery.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/tree.h"
#include "keys/seal.h"

static json_t *
reach_write(const struct holding_person *p)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < p->n_reach; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}",
		    "kind", p->reach[i].kind, "value", p->reach[i].value,
		    "key", p->reach[i].key, "is_alone",
		    p->reach[i].is_alone));
	return list;
}

/* What was sealed before there were any has none. */
static enum err
reach_read(struct arena *a, const json_t *list, struct holding_person *p)
{
	size_t n = json_array_size(list), i;
	struct holding_reach *reach = arena_take(a, (n + 1) * sizeof(*reach));
	const char *kind, *value, *key;
	int is_alone;

	for (i = 0; i < n; i++) {
		if (json_unpack(json_array_get(list, i),
		    "{s:s, s:s, s:s, s:b}", "kind", &kind, "value", &value,
		    "key", &key, "is_alone", &is_alone) != 0)
			return ERR_MALFORMED;
		reach[i] = (struct holding_reach){ arena_text(a, kind),
		    arena_text(a, value), arena_text(a, key),
		    is_alone != 0 };
	}
	p->reach = reach;
	p->n_reach = n;
	return ERR_OK;
}

struct bytes
delivery_seal(struct arena *a, const struct keys *keys, uint64_t erasure_id,
    const struct holding_person *p)
{
	json_t *view = json_pack("{s:o, s:I, s:I, s:s, s:s, s:s, s:s, s:s, s:s?, "
	    "s:s?, s:s?, s:s?, s:b, s:b, s:s}", "reach", reach_write(p), "contact",
	    (json_int_t)p->contact_id, "identity",
	    (json_int_t)p->identity_id, "reference", p->reference, "given",
	    p->given_name, "family", p->family_name, "lang", p->lang, "basis",
	    p->basis, "mail", p->mail, "mail_key", p->mail_key, "other_key",
	    p->other_key, "phone", p->phone, "is_address_alone",
	    p->is_address_alone, "is_phone_alone", p->is_phone_alone,
	    "opening", base64url_write(a, (struct bytes){ p->opening,
	    sizeof(p->opening) }));
	const char *text = tree_text(a, view, JSON_COMPACT);
	struct bytes sealed;

	sealed = seal(a, key_get(keys, KEY_DELIVERY), seal_aad(a, "erasure",
	    "delivery", erasure_id), (struct bytes){
	    (const unsigned char *)text, strlen(text) });
	json_decref(view);
	return sealed;
}

static const char *
keep(struct arena *a, const char *text)
{
	return text == NULL ? NULL : arena_text(a, text);
}

enum err
delivery_open(struct arena *a, const struct keys *keys, uint64_t erasure_id,
    struct bytes sealed, struct holding_person *ret_person)
{
	struct holding_person p;
	json_int_t contact, identity;
	int is_address_alone, is_phone_alone;
	struct bytes plain, opening;
	const char *said;
	json_t *view;
	enum err e;

	memset(&p, 0, sizeof(p));
	if ((e = keys_unseal(a, keys, KEY_DELIVERY, seal_aad(a, "erasure",
	    "delivery", erasure_id), sealed, &plain)) != ERR_OK)
		return e;
	view = json_loadb((const char *)plain.ptr, plain.len, 0, NULL);
	if (json_unpack(view, "{s:I, s:I, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:s}",
	    "contact", &contact, "identity", &identity, "reference",
	    &p.reference, "given", &p.given_name, "family", &p.family_name,
	    "lang", &p.lang, "basis", &p.basis, "is_address_alone",
	    &is_address_alone, "is_phone_alone", &is_phone_alone, "opening",
	    &said) != 0 || base64url_read(a, said, &opening) != ERR_OK ||
	    opening.len != sizeof(p.opening) || reach_read(a,
	    json_object_get(view, "reach"), &p) != ERR_OK) {
		json_decref(view);
		return ERR_MALFORMED;
	}
	memcpy(p.opening, opening.ptr, sizeof(p.opening));
	p.mail = json_string_value(json_object_get(view, "mail"));
	p.mail_key = json_string_value(json_object_get(view, "mail_key"));
	p.other_key = json_string_value(json_object_get(view, "other_key"));
	p.phone = json_string_value(json_object_get(view, "phone"));
	p.contact_id = (uint64_t)contact;
	p.identity_id = (uint64_t)identity;
	p.reference = keep(a, p.reference);
	p.given_name = keep(a, p.given_name);
	p.family_name = keep(a, p.family_name);
	p.lang = keep(a, p.lang);
	p.basis = keep(a, p.basis);
	p.mail = keep(a, p.mail);
	p.mail_key = keep(a, p.mail_key);
	p.other_key = keep(a, p.other_key);
	p.phone = keep(a, p.phone);
	p.is_address_alone = is_address_alone != 0;
	p.is_phone_alone = is_phone_alone != 0;
	json_decref(view);
	*ret_person = p;
	return ERR_OK;
}
