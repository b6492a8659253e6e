/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Opt-in forms: what a published version asks, in which words, and the page
 * as it was shown.  A version never changes, so a worker keeps it for ever.
 * Law: GDPR 4(11), 7(1), 13; LAW R2, R7, R11.
 */
#ifndef FORMS_FORMS_H
#define FORMS_FORMS_H

#include <jansson.h>

#include "app/fields.h"
#include "base/err.h"
#include "db/db.h"
#include "keys/hash.h"

#define FORMS_PUBLISHED_MAX	8	/* kept in mind by a worker */
#define FORMS_CODE_MAX_BYTES	40
#define FORMS_CHOICES_MAX	32	/* purpose x channel; one multi-row INSERT */
#define FORMS_LANGUAGES_MAX	8
#define FORMS_SIGNUP_DAYS	7	/* LAW R7 */

enum forms_channel { CHANNEL_EMAIL, CHANNEL_PHONE, CHANNEL_POST, CHANNEL_SMS,
	CHANNEL__MAX };

/* Database words and msgids of the channels, in the order of the enum. */
extern const char *const forms_channel_names[CHANNEL__MAX];
extern const char *const forms_channel_labels[CHANNEL__MAX];

struct forms_text {
	const char *lang;
	const char *title;
	const char *wording;	/* exactly what people agree to */
};

struct forms_purpose {
	uint64_t version_id;
	uint64_t purpose_id;
	const char *code;
	const char *basis;	/* the database's word: "consent" */
	unsigned retention_months;
	bool has_channel[CHANNEL__MAX];
	struct forms_text texts[FORMS_LANGUAGES_MAX];
	size_t n_texts;
};

struct forms_notice {
	const char *lang;
	json_t *blocks;		/* list of {"key","heading","text"} */
};

/* A version of a form, complete. */
struct forms_version {
	uint64_t id;
	uint64_t form_id;
	uint64_t notice_version_id;
	uint64_t notice_number;
	int64_t notice_us;
	const char *code;
	json_t *definition;
	struct forms_purpose *purposes;
	size_t n_purposes;
	struct forms_notice notices[FORMS_LANGUAGES_MAX];
	size_t n_notices;
	struct field *fields;	/* what its POST may carry, ended by .name NULL */
	struct forms_version *next;	/* in the worker's cache */
};

/* The row of a form as it is now. */
struct forms_current {
	uint64_t form_id;
	uint64_t version_id;
	bool is_published;
	const char *origins;	/* separated by spaces; "" when none */
};

/**
 * forms_fields(a, version):
 * Set the fields of ${version} from its definition and purposes: "version",
 * the person's fields, and one tick "p<purpose version>_<channel>" for each
 * choice.  ERR_INVALID, logged, when the definition names a field that there
 * is not, or when a purpose lacks its words (LAW R11: such a form cannot be
 * published).
 */
enum err forms_fields(struct arena *a, struct forms_version *version)
    MUST_CHECK;

/**
 * forms_text_of(purpose, lang):
 * Return the words of ${purpose} in ${lang}, or in the first language it has.
 */
const struct forms_text *forms_text_of(const struct forms_purpose *purpose,
    const char *lang) NONNULL_RETURN;

/**
 * forms_notice_of(version, lang):
 * Return the notice's blocks in ${lang}, or in the first language it has.
 */
json_t *forms_notice_of(const struct forms_version *version,
    const char *lang);

/**
 * forms_choice_name(a, purpose, channel):
 * Return the field name of one choice.
 */
const char *forms_choice_name(struct arena *a,
    const struct forms_purpose *purpose, enum forms_channel channel)
    NONNULL_RETURN;

/**
 * forms_current_load(db, a, code, ret_current):
 * Read the form ${code}.  ERR_NOTFOUND when there is none or it is a draft.
 */
enum err forms_current_load(struct db *db, struct arena *a, const char *code,
    struct forms_current *ret_current) MUST_CHECK;

/* A form that visitors see. */
struct forms_published {
	const char *code;
	uint64_t version_id;
};

/**
 * forms_published_load(db, a, ret_list, ret_n):
 * Read which forms are published, the first FORMS_PUBLISHED_MAX of them.
 */
enum err forms_published_load(struct db *db, struct arena *a,
    struct forms_published **ret_list, size_t *ret_n) MUST_CHECK;

/**
 * forms_version_load(db, a, id, ret_version):
 * Read version ${id} with everything it refers to, in ${a}; JSON in it is
 * never freed.
 */
enum err forms_version_load(struct db *db, struct arena *a, uint64_t id,
    struct forms_version **ret_version) MUST_CHECK;

/* A sign-up that waits for its confirmation. */
struct forms_signup {
	uint64_t form_version_id;
	unsigned char rendering[HASH_BYTES];
	const char *lang;
	const char *mailbox;
	const char *mailbox_key;
	const char *given_name;
	const char *family_name;
	const char *phone;	/* E.164, or NULL */
	const char *choices;	/* JSON [[purpose version, channel], ...] */
	unsigned char token_hash[HASH_BYTES];	/* of the link, as drawn */
	unsigned char code_hash[HASH_BYTES];
	int64_t created_us;
	int64_t expires_us;
};

/**
 * forms_signup_insert(db, a, signup, ret_id), forms_rendering_insert(db,
 *     signup, body):
 * Store a pending sign-up, and the page that it was made on, within the
 * transaction in hand.  A page that is there already stays.
 */
enum err forms_signup_insert(struct db *db, struct arena *a,
    const struct forms_signup *signup, uint64_t *ret_id) MUST_CHECK;
enum err forms_rendering_insert(struct db *db,
    const struct forms_signup *signup, struct bytes body) MUST_CHECK;

#endif
