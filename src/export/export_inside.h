/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the readers of sections share; each stands beside its fields.
 * Law: GDPR 15(1), 20(1).
 */
#ifndef EXPORT_EXPORT_INSIDE_H
#define EXPORT_EXPORT_INSIDE_H

#include "base/day.h"
#include "export/export_data.h"
#include "keys/person.h"

/**
 * export_add(r, list, row):
 * Append ${row}, whose reference it takes; NULL, for a value that is no text,
 * makes the reading broken.
 */
void export_add(struct export_reading *r, json_t *list, json_t *row);

/**
 * export_iso(r, at_us), export_day(r, d), export_hex(r, bytes),
 * export_number(n, is_there):
 * Return the value as it stands in a row; NULL, or null, for what is not
 * there.
 */
const char *export_iso(struct export_reading *r, int64_t at_us);
const char *export_day(struct export_reading *r, struct day d);
const char *export_hex(struct export_reading *r, struct bytes bytes);
json_t *export_number(int64_t n, bool is_there);

/**
 * export_unseal(r, class, place, sealed, ret_text):
 * Open a sealed value with the person's key of that ${class}; NULL for none,
 * or when the key is gone.  ERR_MALFORMED, logged, for what does not open: a
 * bug of ours, not of the data's.
 */
enum err export_unseal(struct export_reading *r, enum person_class class,
    const struct person_place *place, struct bytes sealed,
    const char **ret_text) MUST_CHECK;

struct q_contacts_load;
struct q_export_provenance;

/**
 * export_is_given(rows, n, c, field):
 * Return whether the person ${c} gave the datum ${field} themself, by consent
 * or for a contract: its own provenance among the ${n} ${rows}, else that of
 * the record.
 *
 * Source: GDPR 20(1).
 */
bool export_is_given(const struct q_export_provenance *rows, size_t n,
    const struct q_contacts_load *c, const char *field);

/* A section: its fields, ended by .name NULL, and its reader. */
#define EXPORT_SECTION(name)						\
	extern const struct export_field export_##name##_fields[];	\
	enum err export_read_##name(struct export_reading *r,		\
	    json_t *list) MUST_CHECK

EXPORT_SECTION(person);
EXPORT_SECTION(provenance);
EXPORT_SECTION(reach);
EXPORT_SECTION(organisation);
EXPORT_SECTION(history);
EXPORT_SECTION(tags);
EXPORT_SECTION(custom);
EXPORT_SECTION(interactions);
EXPORT_SECTION(archive);
EXPORT_SECTION(address_changes);
EXPORT_SECTION(sign_in);
EXPORT_SECTION(sessions);
EXPORT_SECTION(links);
EXPORT_SECTION(choices);
EXPORT_SECTION(choice_events);
EXPORT_SECTION(evidence);
EXPORT_SECTION(soft_opt_in);
EXPORT_SECTION(suppressions);
EXPORT_SECTION(requests);
EXPORT_SECTION(request_steps);
EXPORT_SECTION(erasures);
EXPORT_SECTION(copies);
EXPORT_SECTION(downloads);
EXPORT_SECTION(acts);
EXPORT_SECTION(looks);
EXPORT_SECTION(mails);
EXPORT_SECTION(information);
EXPORT_SECTION(purposes);
EXPORT_SECTION(retention);

#endif
