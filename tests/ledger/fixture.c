/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rows and keys that the ledgers' tests share (GDPR 5(2), 7(1)).
 */
#include "tests/ledger/fixture.h"

#include "tests/db/scratch.h"

void
fixture_rows(void)
{
	scratch_empty();
	scratch_sql("INSERT INTO purpose (id, code) VALUES (1, 'news')");
	scratch_sql("INSERT INTO purpose_version (id, purpose_id, number, "
	    "basis, is_commercial, is_material, retention_months, created_us) "
	    "VALUES (1, 1, 1, 'consent', 1, 1, 36, 0)");
	scratch_sql("INSERT INTO notice_version (id, number, is_material, "
	    "created_us) VALUES (1, 1, 1, 0)");
	scratch_sql("INSERT INTO contact (id, reference, kind, language, "
	    "source, basis, collected_us, last_person_us, created_us, "
	    "updated_us) VALUES "
	    "(1, 'C000000001', 'prospect', 'fr', 'staff', 'consent', 0, 0, 0, 0),"
	    "(2, 'C000000002', 'prospect', 'fr', 'staff', 'consent', 0, 0, 0, 0)");
}

struct keys *
fixture_keys(enum key_program program)
{
	static const unsigned char root[KEY_BYTES] = "a root for tests, 32 bytes long.";

	return keys_from_root(root, 1, 1, program);
}

struct ledger_consent
fixture_given(uint64_t contact_id, int64_t at_us)
{
	return (struct ledger_consent){ .kind = "given", .purpose = "news",
	    .purpose_version_id = 1, .channel = "email", .lang = "fr",
	    .notice_version_id = 1, .how = "account", .at_us = at_us,
	    .contact_id = contact_id };
}
