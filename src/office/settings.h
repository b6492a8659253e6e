/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the company declares of itself and of its work.
 * Law: GDPR 5(1)(e), 13(1)(a), 24.
 */
#ifndef OFFICE_SETTINGS_H
#define OFFICE_SETTINGS_H

#include "app/ctx.h"

/* What the page of the controller may carry, and what of it is stored: the
 * first SETTINGS_FIELDS of them, in the order of the table. */
#define SETTINGS_FIELDS	10

extern const struct field settings_controller_fields[];

/**
 * settings_field_label(name):
 * Return what the field ${name} is called, a msgid; ${name} for no field.
 */
const char *settings_field_label(const char *name) NONNULL_RETURN;

/**
 * settings_field_place(name):
 * Return the sentence that says where people see the field ${name}, a msgid.
 */
const char *settings_field_place(const char *name) NONNULL_RETURN;

enum err settings_office_show(struct ctx *c);	/* GET /settings */
enum err settings_controller_show(struct ctx *c);	/* GET /settings/controller */
enum err settings_controller(struct ctx *c);	/* POST /settings/controller */

#endif
