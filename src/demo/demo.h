/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The demonstration company: a travel agency with French and English
 * customers.  Everything in it is invented; addresses are of domains that
 * cannot exist and phone numbers of the range that France keeps for fiction.
 */
#ifndef DEMO_DEMO_H
#define DEMO_DEMO_H

#include <jansson.h>
#include <stdint.h>

#include "app/config.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "keys/keys.h"
#include "ledger/ledger.h"

struct demo {
	struct db *db;			/* the owner's */
	struct arena *arena;		/* of the whole loading */
	struct arena *batch;		/* wiped after each transaction */
	const struct keys *keys;
	const struct config *config;
	struct ledger *ledger;
	uint64_t contacts;		/* how many to make */
	int64_t now_us;
	void (*progress)(uint64_t done, uint64_t total);
	/* what was made, for the later steps */
	uint64_t notice_id;
	uint64_t form_version_id;
	uint64_t purpose_ids[4];
	uint64_t purpose_version_ids[4];
	uint64_t custom_ids[3];		/* seat, passport, diet */
	uint64_t team_ids[2];
	uint64_t organisations;		/* how many firms */
	uint64_t *organisation_ids;
	uint64_t staff_ids[8];
	json_t *staff;			/* [{role, email, password, totp_secret}] */
	json_t *customers;		/* [{email, password}] */
};

/**
 * demo_load(demo, ret_json):
 * Fill an empty site with the demonstration company and d->contacts contacts,
 * and give {"site", "forms", "staff", "customers"} with passwords drawn at
 * random, a new reference.  ERR_CONFLICT when the site is not empty.
 */
enum err demo_load(struct demo *demo, json_t **ret_json) MUST_CHECK;

/* The steps, in order; each within transactions of its own. */
enum err demo_site_load(struct demo *demo) MUST_CHECK;
enum err demo_custom_load(struct demo *demo) MUST_CHECK;
enum err demo_staff_load(struct demo *demo) MUST_CHECK;
enum err demo_organisations_load(struct demo *demo) MUST_CHECK;
enum err demo_contacts_load(struct demo *demo) MUST_CHECK;

/**
 * demo_custom_values(demo, first, contact_ids, n):
 * Within a transaction, give some of the ${n} contacts, who are invented
 * persons ${first} and on, values of the company's own fields.
 */
enum err demo_custom_values(struct demo *demo, uint64_t first,
    const uint64_t *contact_ids, size_t n) MUST_CHECK;

/* An invented person, the same for the same number. */
struct demo_person {
	const char *given_name;
	const char *family_name;
	const char *lang;
	const char *email;
	const char *email_key;
	const char *phone;	/* E.164, or NULL */
	const char *street;
	const char *postcode;
	const char *city;
	const char *country;
	bool is_customer;
	bool is_business;
};

/**
 * demo_members(demo, first, contact_ids, people, n):
 * Within a transaction, let those of the ${n} contacts who are there for a
 * firm belong to one.
 */
enum err demo_members(struct demo *demo, uint64_t first,
    const uint64_t *contact_ids, const struct demo_person *people, size_t n)
    MUST_CHECK;

/**
 * demo_person(a, number, ret_person):
 * Invent person ${number}: accents, particles, long names, international
 * domains, as a travel agency meets them.
 */
void demo_person(struct arena *a, uint64_t number,
    struct demo_person *ret_person);

/**
 * demo_random(number, salt, bound):
 * Return a number from 0 to ${bound} - 1, the same for the same arguments.
 */
uint64_t demo_random(uint64_t number, uint64_t salt, uint64_t bound);

#endif
