/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bringing in a file of contacts at the back-office, entered from its route
 * table only (GDPR 5(1)(d), 5(2), 14).
 */
#ifndef IMPORT_IMPORT_OFFICE_H
#define IMPORT_IMPORT_OFFICE_H

#include "app/ctx.h"
#include "app/role.h"
#include "custom/custom.h"
#include "db/queries.h"
#include "import/import_seal.h"

/* Who brings in files: each those of their team, the DPO all. */
#define IMPORT_BRINGERS	(ROLE_BIT(ROLE_LEAD) | ROLE_BIT(ROLE_DPO))

extern const struct field import_office_upload_fields[];

enum err import_office_list(struct ctx *c);	/* GET /imports */
enum err import_office_new(struct ctx *c);	/* GET /imports/new */
enum err import_office_upload(struct ctx *c);	/* POST /imports */
enum err import_office_show(struct ctx *c);	/* GET /imports/:id */
enum err import_office_state(struct ctx *c);	/* GET /imports/:id/state */
enum err import_office_columns_show(struct ctx *c);	/* GET /imports/:id/columns */
enum err import_office_columns(struct ctx *c);	/* POST /imports/:id/columns */
enum err import_office_start(struct ctx *c);	/* POST /imports/:id/start */
enum err import_office_cancel(struct ctx *c);	/* POST /imports/:id/cancel */
enum err import_office_undo(struct ctx *c);	/* POST /imports/:id/undo */
enum err import_office_rejects(struct ctx *c);	/* GET /imports/:id/rejects */

enum err import_office_compare(struct ctx *c);	/* POST /imports/:id/compare */

/* Contacts whose basis, source or date is not stated: */
extern const struct field import_office_state_fields[];
enum err import_office_quarantine(struct ctx *c);	/* GET /imports/:id/quarantine */
enum err import_office_quarantine_state(struct ctx *c);	/* POST /imports/:id/quarantine */
enum err import_office_quarantine_remove(struct ctx *c);	/* POST /imports/:id/quarantine/remove */
enum err import_office_quarantine_one(struct ctx *c);	/* GET /contacts/:id/quarantine */
enum err import_office_quarantine_state_one(struct ctx *c);	/* POST /contacts/:id/quarantine */

/* Who came with a file and must be told: */
extern const struct field import_office_exempt_fields[];
enum err import_office_notices(struct ctx *c);	/* GET /notices */
enum err import_office_notices_now(struct ctx *c);	/* POST /notices/now */
enum err import_office_notice_told(struct ctx *c);	/* POST /notices/:id/told */
enum err import_office_notice_exempt(struct ctx *c);	/* POST /notices/:id/exempt */

/* A file that a person corrected: */
enum err import_office_return_new(struct ctx *c);	/* GET /contacts/:id/file */
enum err import_office_return_upload(struct ctx *c);	/* POST /contacts/:id/file */
enum err import_office_return_show(struct ctx *c);	/* GET /contacts/:id/file/:file */
enum err import_office_return_state(struct ctx *c);	/* GET /contacts/:id/file/:file/state */
enum err import_office_return(struct ctx *c);	/* POST /contacts/:id/file/:file */
enum err import_office_return_cancel(struct ctx *c);	/* POST /contacts/:id/file/:file/cancel */

/**
 * import_office_receive(c, contact_id, ret_id):
 * Seal the uploaded file and keep it until the keeper has read it; for the
 * record of ${contact_id} alone, unless that is 0.
 */
enum err import_office_receive(struct ctx *c, uint64_t contact_id,
    uint64_t *ret_id) MUST_CHECK;

/**
 * import_office_load(c, ret_id, ret_row):
 * Read the import of the path.  ERR_NOTFOUND for one of another team, too.
 */
enum err import_office_load(struct ctx *c, uint64_t *ret_id,
    struct q_import_one *ret_row) MUST_CHECK;

/**
 * import_office_path(c, id, rest):
 * Return the address of an import, with ${rest} behind it.
 */
const char *import_office_path(struct ctx *c, uint64_t id, const char *rest)
    NONNULL_RETURN;

/**
 * import_office_note(c, db, verb, id):
 * Within a transaction, note in the audit what a colleague did.
 */
enum err import_office_note(struct ctx *c, struct db *db, const char *verb,
    uint64_t id) MUST_CHECK;

/**
 * import_office_head(c, id, ret_head):
 * Open the columns of the file and its first rows, as import_frame_read()
 * takes them; in the request's arena.  ERR_GONE when they are destroyed.
 */
enum err import_office_head(struct ctx *c, uint64_t id,
    struct bytes *ret_head) MUST_CHECK;

/**
 * import_why_word(lang, why), import_field_word(lang, field),
 * import_fault_word(lang, fault), import_basis_word(lang, basis),
 * import_policy_word(lang, policy):
 * Return the sentence, or the name, for a code as it is stored.
 */
const char *import_why_word(const char *lang, const char *why) NONNULL_RETURN;
const char *import_field_word(const char *lang, const char *field)
    NONNULL_RETURN;
const char *import_fault_word(const char *lang, const char *fault)
    NONNULL_RETURN;
const char *import_basis_word(const char *lang, const char *basis)
    NONNULL_RETURN;
const char *import_policy_word(const char *lang, const char *policy)
    NONNULL_RETURN;

/* What names columns, and says why a row is not taken. */
struct import_words {
	const char *lang;
	struct custom_fields own;
};

/**
 * import_column_word(words, field), import_row_word(a, words, why, field):
 * Return the name of a column, and the sentence on a row, for codes as they
 * are stored; those of custom fields as they say themselves.
 */
const char *import_column_word(const struct import_words *words,
    const char *field) NONNULL_RETURN;
const char *import_row_word(struct arena *a, const struct import_words *words,
    const char *why, const char *field) NONNULL_RETURN;

/* The bases to choose from; ended by .value NULL. */
extern const struct field_choice import_bases[];
extern const struct field_choice import_file_bases[];	/* and "none" */

#endif
