/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One invented receipt and the keys of an invented site, for the tests and
 * for the worked example of doc/formats (GDPR 17).
 */
#ifndef TESTS_ERASURE_SAMPLE_H
#define TESTS_ERASURE_SAMPLE_H

#include "base/clock.h"
#include "erasure/receipt.h"

#define SAMPLE_ADDRESS	"camille.martin@example.org"
#define SAMPLE_ISSUED_US (INT64_C(1795555805) * SECOND_US)
#define SAMPLE_FROM_S	INT64_C(1795000000)	/* the keys' first day */

static const struct receipt_kept sample_kept[] = {
	{ 2, "invoices", "Code de commerce L123-22", { 2036, 12, 31 } },
};

static const struct receipt_store sample_stores[] = {
	{ "contact", 1, 0, 0, NULL },
	{ "consent", 4, 0, 0, NULL },
	{ "interaction", 11, 2, 1, sample_kept },
};

static const struct receipt_remnant sample_remnants[] = {
	{ "backups", { 2026, 12, 24 } },
	{ "binary_logs", { 2026, 12, 1 } },
	{ "delivery", { 2026, 12, 1 } },
};

static const struct receipt_recipient sample_recipients[] = {
	{ "Brevo", "told", INT64_C(1795555801000000) },
};

static const char *const sample_laws[] = { "GDPR 17(1)(b)" };

/* The bytes 0xa0, 0xa1, ... to 0xbf. */
static inline void
sample_opening(unsigned char ret_opening[KEY_BYTES])
{
	unsigned i;

	for (i = 0; i < KEY_BYTES; i++)
		ret_opening[i] = (unsigned char)(0xa0 + i);
}

static inline struct receipt
sample_receipt(void)
{
	unsigned char opening[KEY_BYTES];
	struct receipt r = {
		.iss = "https://privacy.example.org/",
		.site = "Voyages Exemple",
		.jti = "01JDEXAMPLE0000000000000",
		.issued_us = SAMPLE_ISSUED_US,
		.case_number = "E7K2-M9QX",
		.has_request = true,
		.requested_us = INT64_C(1795285805) * SECOND_US,
		.decided_us = INT64_C(1795545005) * SECOND_US,
		.erased_us = INT64_C(1795555800) * SECOND_US,
		.law_count = 1, .laws = sample_laws,
		.store_count = 3, .stores = sample_stores,
		.scanned_us = INT64_C(1795555804) * SECOND_US,
		.scanned_columns = 143, .scanned_rows = 90210,
		.for_review = 0,
		.remnant_count = 3, .remnants = sample_remnants,
		.recipient_count = 1, .recipients = sample_recipients,
	};

	sample_opening(opening);
	receipt_commitment(opening, SAMPLE_ADDRESS, r.case_number,
	    r.commitment);
	return r;
}

#endif
