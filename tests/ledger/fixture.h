/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the ledgers' tests need in the scratch database: a purpose, a notice,
 * a contact, and keys of every program from one root (GDPR 5(2), 7(1)).
 */
#ifndef TESTS_LEDGER_FIXTURE_H
#define TESTS_LEDGER_FIXTURE_H

#include "keys/keys.h"
#include "ledger/ledger.h"

/**
 * fixture_rows(void):
 * Empty the database and put in purpose version 1 ("news"), notice version 1
 * and the contacts 1 and 2.
 */
void fixture_rows(void);

/**
 * fixture_keys(program):
 * Return the keys of ${program}, generation 1, from the fixture's root.
 */
struct keys *fixture_keys(enum key_program program);

/**
 * fixture_given(contact_id, at_us):
 * Return a choice: news by mail, given by a form.
 */
struct ledger_consent fixture_given(uint64_t contact_id, int64_t at_us);

#endif
