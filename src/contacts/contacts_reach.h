/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Further addresses and numbers of a contact, beside the main ones.  None of
 * them signs anybody in, and of who signs in nobody else moves the main
 * address.  Law: GDPR 5(1)(c), 5(1)(d), 15(1)(g), 16, 32.
 */
#ifndef CONTACTS_CONTACTS_REACH_H
#define CONTACTS_CONTACTS_REACH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "keys/keys.h"

#define CONTACTS_REACH_MAX	10	/* of one contact: more is a list */

struct q_reach_list;

/* Who does what to one of them. */
struct contacts_reach {
	uint64_t contact_id;
	uint64_t id;		/* 0: a new one */
	const char *kind;	/* "email", "phone" */
	const char *value;	/* as mail is sent to; E.164 */
	const char *key;	/* what it is found by: an address key; E.164 */
	const char *label;	/* "private", "work", "mobile", "other" */
	const char *seen;	/* contacts_reach_line() of what the page showed */
	bool is_person;		/* else staff */
	uint64_t staff_id;
	int64_t at_us;
};

/**
 * contacts_reach_word(label):
 * Return the msgid of a label: "work"; what is not known, as it is.
 */
const char *contacts_reach_word(const char *label) NONNULL_RETURN;

/**
 * contacts_reach_line(a, value, label):
 * Return how the history keeps an entry: its value, a space, its label.
 */
const char *contacts_reach_line(struct arena *a, const char *value,
    const char *label) NONNULL_RETURN;

/**
 * contacts_reach_read(a, kind, text, country, ret_value, ret_key):
 * Read what was typed as an address or a number of ${country}, as the main
 * ones are read.  ERR_INVALID when it is none.
 */
enum err contacts_reach_read(struct arena *a, const char *kind,
    const char *text, const char *country, const char **ret_value,
    const char **ret_key) MUST_CHECK;

/**
 * contacts_reach_put(db, a, keys, reach):
 * In the transaction in hand: add ${reach}, or change the one of its id, with
 * history and, for another value, provenance.  An address or number that goes
 * takes along what its person stopped.  ERR_CONFLICT when the entry is not as
 * seen, when the contact has the value already or CONTACTS_REACH_MAX of them,
 * or is being erased.
 */
enum err contacts_reach_put(struct db *db, struct arena *a,
    const struct keys *keys, const struct contacts_reach *reach) MUST_CHECK;

/**
 * contacts_reach_remove(db, a, keys, reach):
 * The same for removing the entry of ${reach}'s id.
 */
enum err contacts_reach_remove(struct db *db, struct arena *a,
    const struct keys *keys, const struct contacts_reach *reach) MUST_CHECK;

/**
 * contacts_reach_swap(db, a, keys, reach, ret_old):
 * The same for making the entry of ${reach}'s id the main one: the main one of
 * before takes its place, where each came from moves with it.  ${ret_old} gets
 * the main one of before, NULL if there was none.  ERR_CONFLICT, too, for the
 * address of a contact that signs in: only a mailbox that answers becomes one.
 */
enum err contacts_reach_swap(struct db *db, struct arena *a,
    const struct keys *keys, const struct contacts_reach *reach,
    const char **ret_old) MUST_CHECK;

/* A main address or number that another one has replaced. */
struct contacts_replaced {
	uint64_t contact_id;
	bool is_person;		/* who did it; else staff */
	uint64_t staff_id;
	const char *field;	/* "email", "phone" */
	const char *before;	/* "": none */
	const char *before_key;
	const char *after_key;
	int64_t at_us;
};

/**
 * contacts_reach_replaced(db, a, keys, replaced):
 * After somebody put another main address or number, in the transaction in
 * hand, before it is noted where that came from: if it was among the further
 * ones, the one of before takes its place.
 */
enum err contacts_reach_replaced(struct db *db, struct arena *a,
    const struct keys *keys, const struct contacts_replaced *replaced)
    MUST_CHECK;

/**
 * contacts_reach_find(rows, n, id):
 * Return the row of ${id}, or NULL.
 */
const struct q_reach_list *contacts_reach_find(const struct q_reach_list *rows,
    size_t n, uint64_t id);

/**
 * contacts_reach_has(a, rows, n, key, but_id):
 * Return whether one of ${rows}, but not ${but_id}, has ${key}.
 */
bool contacts_reach_has(struct arena *a, const struct q_reach_list *rows,
    size_t n, const char *key, uint64_t but_id);

#endif
