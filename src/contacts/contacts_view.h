/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A contact in words, for both doors: where a datum came from, what for,
 * until when, who looked.
 */
#ifndef CONTACTS_CONTACTS_VIEW_H
#define CONTACTS_CONTACTS_VIEW_H

#include "app/ctx.h"
#include "base/day.h"
#include "contacts/contacts_words.h"
#include "custom/custom.h"

/**
 * contacts_field_label(c, field):
 * Return the label of the column ${field}: "First name".
 */
const char *contacts_field_label(struct ctx *c, const char *field)
    NONNULL_RETURN;

/**
 * contacts_reach_label(c, kind, label):
 * Return what a further address or number is called: "Other e-mail address
 * (work)".
 */
const char *contacts_reach_label(struct ctx *c, const char *kind,
    const char *label) NONNULL_RETURN;

/**
 * contacts_value(c, field, value):
 * Return the ${value} of the column ${field} as people read it: "French" for
 * a language's "fr", "Iceland" for a country's "IS", a number in groups.
 */
const char *contacts_value(struct ctx *c, const char *field,
    const char *value) NONNULL_RETURN;

/**
 * contacts_label(c, fields, name), contacts_shown(c, fields, name, value):
 * As contacts_field_label() and contacts_value(), for a name in a history,
 * which may be that of one of the custom ${fields}.
 */
const char *contacts_label(struct ctx *c, const struct custom_fields *fields,
    const char *name) NONNULL_RETURN;
const char *contacts_shown(struct ctx *c, const struct custom_fields *fields,
    const char *name, const char *value) NONNULL_RETURN;

/**
 * contacts_custom_shown(c, field, text):
 * Return what a record has in a custom ${field} as people read it.
 */
const char *contacts_custom_shown(struct ctx *c,
    const struct custom_field *field, const char *text) NONNULL_RETURN;

struct q_contacts_load;

/**
 * contacts_name(c, r):
 * Return what staff call a record: the names, else the address.
 */
const char *contacts_name(struct ctx *c, const struct q_contacts_load *r)
    NONNULL_RETURN;

/**
 * contacts_source(c, source, at_us):
 * Return a stored source ("form:newsletter") with its date, in words.
 */
const char *contacts_source(struct ctx *c, const char *source,
    int64_t at_us) NONNULL_RETURN;

/**
 * contacts_source_named(c, label, source):
 * Return ${label}, the words for the kind of ${source}, with what an imported
 * file is called: "an imported file (Spring fair)".
 */
const char *contacts_source_named(struct ctx *c, const char *label,
    const char *source) NONNULL_RETURN;

/**
 * contacts_role(c, role, team):
 * Return who looked as a person is told: the role, with the team; no name.
 *
 * Source: CJEU C-579/21 (LAW R25b).
 */
const char *contacts_role(struct ctx *c, const char *role, const char *team)
    NONNULL_RETURN;

/**
 * contacts_look_kind(c, kind):
 * Return what was done: "record opened".
 */
const char *contacts_look_kind(struct ctx *c, const char *kind)
    NONNULL_RETURN;

/**
 * contacts_reason(c, reason):
 * Return why staff looked, as a person is told; "" is no reason.
 */
const char *contacts_reason(struct ctx *c, const char *reason)
    NONNULL_RETURN;

/**
 * contacts_basis(c, basis):
 * Return a legal basis ("consent") in the person's words.
 */
const char *contacts_basis(struct ctx *c, const char *basis) NONNULL_RETURN;

/**
 * contacts_delete_day(at_us, months):
 * Return the day that is ${months} after the day of ${at_us}.
 */
struct day contacts_delete_day(int64_t at_us, uint64_t months);

#endif
