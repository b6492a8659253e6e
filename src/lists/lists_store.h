/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A filter as MariaDB takes it, for the list and for snapshots alike
 * (GDPR 25).
 */
#ifndef LISTS_LISTS_STORE_H
#define LISTS_LISTS_STORE_H

#include "db/db.h"
#include "lists/lists_filter.h"

/* For whom a filter is read: whose "mine" it is, and when. */
struct lists_reader {
	uint64_t staff_id;
	uint64_t team_id;	/* 0: none */
	int64_t now_us;
};

/**
 * lists_conditions(a, filter, reader, ret_filter):
 * Make of ${filter} what the statements of lists.sql take, in ${a}.
 */
void lists_conditions(struct arena *a, const struct lists_filter *filter,
    const struct lists_reader *reader, struct filter *ret_filter);

/**
 * lists_words_condition(a, word):
 * Return the condition that a word of the name begins with ${word}, which is
 * folded (contacts_search_words()).
 */
struct condition lists_words_condition(struct arena *a, const char *word);

/**
 * lists_word_end(a, word):
 * Return the first text that no longer begins with ${word}.
 */
const char *lists_word_end(struct arena *a, const char *word) NONNULL_RETURN;

#endif
