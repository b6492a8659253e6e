/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The worked examples of doc/formats, made by the code of production from
 * fixed keys: "name = value" lines, which documents.sh compares with the
 * pages (GDPR 5(2), 12(1)).
 */
#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "erasure/holding.h"
#include "export/export_page.h"
#include "export/package.h"
#include "journal/journal.h"
#include "keys/jws.h"
#include "keys/seal.h"
#include "keys/token.h"
#include "ledger/proof.h"
#include "ledger/leaf.h"
#include "tests/erasure/sample.h"

#define LEAVES 5

static struct arena *arena;
static unsigned char root[KEY_BYTES];
static unsigned char receipt_seed[KEY_BYTES], head_seed[KEY_BYTES];
static struct merkle_hash leaves[LEAVES];
static const char *given_text;		/* leaf 2 */

static void
fill(unsigned char *bytes, size_t len, unsigned first)
{
	size_t i;

	for (i = 0; i < len; i++)
		bytes[i] = (unsigned char)(first + i);
}

static void
say(const char *name, const char *value)
{
	printf("%s = %s\n", name, value);
}

static void
say_hex(const char *name, const void *ptr, size_t len)
{
	say(name, hex_write(arena, (struct bytes){ ptr, len }));
}

static void
say_key(const char *name, enum key_program program, enum key_purpose purpose,
    uint32_t generation)
{
	struct keys *keys = keys_from_root(root, generation, generation,
	    program);

	say_hex(name, key_get(keys, purpose), KEY_BYTES);
	keys_close(keys);
}

static void
key_purposes(void)
{
	const struct key_row *row;
	unsigned i, p;

	for (i = 0; i < KEY_PURPOSE__MAX; i++) {
		row = &key_table[i];
		printf("| `%s` | %u |", row->name, row->number);
		for (p = 0; p < KEYS_PROGRAM__MAX; p++)
			if ((row->programs & 1u << p) != 0)
				printf(" %s", key_program_names[p]);
		printf(" | %s |\n", row->is_fixed ? "never rotates" :
		    row->is_lasting ? "earlier ones kept" :
		    "earlier ones forgotten");
	}
}

static void
key_examples(void)
{
	key_purposes();
	say_hex("root", root, KEY_BYTES);
	say_key("key token, generation 1", KEYS_PORTAL, KEY_TOKEN, 1);
	say_key("key token, generation 2", KEYS_PORTAL, KEY_TOKEN, 2);
	say_key("key standing, generation 1", KEYS_PORTAL, KEY_STANDING, 1);
	say_key("key suppression, any generation", KEYS_PORTAL,
	    KEY_SUPPRESSION, 1);
	say_key("key ledger_portal, generation 1", KEYS_PORTAL,
	    KEY_LEDGER_PORTAL, 1);
	say_key("key mail_secret, generation 1", KEYS_COURIER,
	    KEY_MAIL_SECRET, 1);
	say_key("key mail_public, generation 1", KEYS_PORTAL,
	    KEY_MAIL_PUBLIC, 1);
}

/* As seal() does it, but with a nonce that is given. */
static struct bytes
seal_by_hand(unsigned char suite, struct bytes sender,
    const unsigned char *key, struct bytes aad, const char *plain)
{
	size_t len = strlen(plain), head = 1 + sender.len;
	unsigned char *to = arena_take(arena, head + 24 + len + 16);

	to[0] = suite;
	if (sender.len > 0)
		memcpy(to + 1, sender.ptr, sender.len);
	fill(to + head, 24, 0x40);
	crypto_aead_xchacha20poly1305_ietf_encrypt(to + head + 24, NULL,
	    (const unsigned char *)plain, len, aad.ptr, aad.len, NULL,
	    to + head, key);
	return (struct bytes){ to, head + 24 + len + 16 };
}

static void
seal_examples(void)
{
	static const char plain[] = "allergic to nuts", aad[] =
	    "contact|notes|7";
	unsigned char public[32], secret[32], shared[32], seed[32];
	struct keys *keys = keys_from_root(root, 1, 1, KEYS_COURIER);
	struct keys *portal = keys_from_root(root, 1, 1, KEYS_PORTAL);
	struct bytes sealed, opened, bound;
	unsigned char *both;
	enum err e;

	sealed = seal_by_hand(1, (struct bytes){ NULL, 0 }, root,
	    (struct bytes){ (const unsigned char *)aad, strlen(aad) }, plain);
	e = unseal(arena, root, aad, sealed, &opened);
	assert(e == ERR_OK && strcmp((const char *)opened.ptr, plain) == 0);
	say("sealed plain", plain);
	say("sealed aad", aad);
	say_hex("sealed, suite 1", sealed.ptr, sealed.len);
	fill(seed, sizeof(seed), 0x60);
	crypto_box_seed_keypair(public, secret, seed);
	e = crypto_box_curve25519xchacha20poly1305_beforenm(shared,
	    key_get(portal, KEY_MAIL_PUBLIC), secret) == 0 ? ERR_OK : ERR_BUG;
	assert(e == ERR_OK);
	both = arena_take(arena, 32 + strlen(aad));
	memcpy(both, public, 32);
	memcpy(both + 32, aad, strlen(aad));
	bound = (struct bytes){ both, 32 + strlen(aad) };
	sealed = seal_by_hand(2, (struct bytes){ public, 32 }, shared, bound,
	    plain);
	e = keys_sealbox_open(arena, keys, aad, sealed, &opened);
	assert(e == ERR_OK && strcmp((const char *)opened.ptr, plain) == 0);
	say_hex("sender public", public, 32);
	say_hex("shared key", shared, 32);
	say_hex("sealed, suite 2", sealed.ptr, sealed.len);
	keys_close(keys);
	keys_close(portal);
}

static void
token_examples(void)
{
	struct keys *keys = keys_from_root(root, 1, 1, KEYS_PORTAL);
	const struct standing s = { .kind = STANDING_UNSUBSCRIBE,
	    .contact = 1042, .purpose = 3, .channel = 1, .epoch = 1,
	    .issued_day = 20778 };
	struct code code = { "7KX29FQM" };
	unsigned char hash[HASH_BYTES], stored[HASH_BYTES];
	struct bytes record;
	struct token token;
	const char *text;
	enum err e;

	fill(token.bytes, TOKEN_BYTES, 0x80);
	say_hex("token bytes", token.bytes, TOKEN_BYTES);
	say("token text", token_write(arena, &token));
	token_hash(key_get(keys, KEY_TOKEN), &token, hash);
	say_hex("token hash", hash, HASH_BYTES);
	say("code shown", code_show(arena, &code));
	code_hash(key_get(keys, KEY_TOKEN), hash, &code, stored);
	say_hex("code hash", stored, HASH_BYTES);
	text = standing_write(arena, keys, &s);
	e = base64url_read(arena, text, &record);
	assert(e == ERR_OK && record.len == 37);
	say_hex("standing record", record.ptr, 21);
	say_hex("standing mac", record.ptr + 21, 16);
	say("standing text", text);
	keys_close(keys);
}

static void
directory(struct jwk ret_pair[2], struct jwks *ret_keys)
{
	jwk_from_seed(receipt_seed, JWK_RECEIPT, SAMPLE_FROM_S, &ret_pair[0]);
	jwk_from_seed(head_seed, JWK_HEAD, SAMPLE_FROM_S, &ret_pair[1]);
	*ret_keys = (struct jwks){ 2, ret_pair };
}

static void
directory_examples(void)
{
	struct jwk pair[2];
	struct jwks keys;

	directory(pair, &keys);
	say_hex("receipt seed", receipt_seed, KEY_BYTES);
	say_hex("receipt public", pair[0].public, KEY_BYTES);
	say("receipt kid", pair[0].kid);
	say_hex("head seed", head_seed, KEY_BYTES);
	say_hex("head public", pair[1].public, KEY_BYTES);
	say("head kid", pair[1].kid);
	say("directory", jwks_write(arena, &keys));
}

static void
say_leaf(unsigned i, const char *text)
{
	say(arena_printf(arena, "leaf %u", i), text);
	leaf_hash(text, &leaves[i]);
	say_hex(arena_printf(arena, "leaf %u hash", i), leaves[i].bytes,
	    HASH_BYTES);
}

static void
leaf_examples(const struct receipt *r)
{
	unsigned char opening[KEY_BYTES], subject[HASH_BYTES];
	unsigned char rendering[HASH_BYTES], claims[HASH_BYTES];
	const int64_t at = r->requested_us - 3 * DAY_US;
	struct leaf_epoch epoch = { .epoch = 1, .reason = "start", .size = 0,
	    .at_us = at };
	struct leaf_consent consent = { .kind = "asked",
	    .purpose = "newsletter", .purpose_version = 3,
	    .channel = "email", .language = "fr", .notice_version = 2,
	    .form_version = 5, .rendering = rendering, .how = "form",
	    .evidence = 0, .at_us = at + SECOND_US, .subject = subject };
	struct leaf_audit audit = { .verb = "erasure.announced",
	    .actor = "program", .object = "erasure", .object_id = 12,
	    .detail = "{\"number\":7}", .at_us = r->decided_us + SECOND_US,
	    .subject = subject };
	struct leaf_receipt receipt = { r->jti, claims, r->issued_us };
	struct merkle_frontier none;
	const char *text;
	enum err e;

	merkle_open(&none);
	merkle_root(&none, &epoch.root);
	fill(opening, sizeof(opening), 0x20);
	leaf_commit(opening, SUBJECT_CONTACT, 1042, subject);
	say_hex("subject opening", opening, KEY_BYTES);
	say_hex("subject commitment", subject, HASH_BYTES);
	fill(rendering, sizeof(rendering), 0xc0);
	e = leaf_epoch(arena, &epoch, &text);
	assert(e == ERR_OK);
	say_leaf(0, text);
	e = leaf_consent(arena, &consent, &text);
	assert(e == ERR_OK);
	say_leaf(1, text);
	consent.kind = "given";
	consent.how = "double_opt_in";
	consent.evidence = 9;
	consent.at_us += MINUTE_US;
	e = leaf_consent(arena, &consent, &text);
	assert(e == ERR_OK);
	say_leaf(2, text);
	given_text = text;
	e = leaf_audit(arena, &audit, &text);
	assert(e == ERR_OK);
	say_leaf(3, text);
	e = receipt_claims_hash(arena, r, claims);
	assert(e == ERR_OK);
	e = leaf_receipt(arena, &receipt, &text);
	assert(e == ERR_OK);
	say_leaf(4, text);
}

static void
mark_example(void)
{
	struct keys *keys = keys_from_root(root, 1, 1, KEYS_PORTAL);
	unsigned char writer[WRITER_BYTES], mac[HASH_BYTES];

	fill(writer, sizeof(writer), 0xd0);
	leaf_mac(key_get(keys, KEY_LEDGER_PORTAL), "{\"t\":\"x\",\"v\":1}",
	    writer, 258, mac);
	say_hex("mark writer", writer, sizeof(writer));
	say_hex("mark of {\"t\":\"x\",\"v\":1}, counter 258", mac,
	    sizeof(mac));
	keys_close(keys);
}

static enum err
leaf_at(void *arg, uint64_t index, struct merkle_hash *ret_leaf)
{
	(void)arg;
	*ret_leaf = leaves[index];
	return ERR_OK;
}

static void
say_proof(const char *name, const struct merkle_proof *p)
{
	unsigned i;

	for (i = 0; i < p->count; i++)
		say_hex(arena_printf(arena, "%s %u", name, i),
		    p->path[i].bytes, HASH_BYTES);
}

/* The tree, its head, and the receipt that points into it. */
static void
tree_examples(struct receipt *r)
{
	struct head head = { .site = "example", .epoch = 1,
	    .at_us = r->issued_us };
	struct merkle_frontier f;
	struct merkle_proof p;
	unsigned i;
	enum err e;

	merkle_open(&f);
	for (i = 0; i < LEAVES; i++) {
		merkle_push(&f, &leaves[i]);
		merkle_root(&f, &head.tree.root);
		if (i == 2)
			say_hex("root of 3", head.tree.root.bytes, HASH_BYTES);
	}
	say_hex("root of 5", head.tree.root.bytes, HASH_BYTES);
	e = merkle_prove_leaf(leaf_at, NULL, 2, LEAVES, &p);
	assert(e == ERR_OK);
	say_proof("path of leaf 2 in 5:", &p);
	e = merkle_prove_growth(leaf_at, NULL, 3, LEAVES, &p);
	assert(e == ERR_OK);
	say_proof("growth from 3 to 5:", &p);
	head.tree.size = LEAVES;
	r->has_log = true;
	r->log.index = 4;
	r->log.leaf_at_us = r->issued_us;
	e = merkle_prove_leaf(leaf_at, NULL, 4, LEAVES, &r->log.proof);
	assert(e == ERR_OK);
	r->log.head = head_sign(arena, head_seed, &head);
	say("head", r->log.head);
	say("heads", heads_write(arena, &r->log.head, 1));
}

/* What the person of leaf 2 is given to keep. */
static void
proof_example(const char *head)
{
	struct proof p = { .leaf = given_text, .index = 2, .head = head,
	    .has_subject = true, .contact = 1042 };
	const char *text = "";
	enum err e;

	fill(p.opening, sizeof(p.opening), 0x20);
	e = merkle_prove_leaf(leaf_at, NULL, 2, LEAVES, &p.path);
	assert(e == ERR_OK);
	e = proof_write(arena, &p, &text);
	assert(e == ERR_OK);
	say("proof", text);
}

static void
receipt_examples(const struct receipt *r)
{
	unsigned char opening[KEY_BYTES], claims[HASH_BYTES];
	const char *jws = "";
	enum err e;

	sample_opening(opening);
	say("opening", base64url_write(arena,
	    (struct bytes){ opening, KEY_BYTES }));
	say("address", SAMPLE_ADDRESS);
	say("case", r->case_number);
	say_hex("commitment", r->commitment, HASH_BYTES);
	e = receipt_claims_hash(arena, r, claims);
	assert(e == ERR_OK);
	say_hex("claims hash", claims, HASH_BYTES);
	e = receipt_sign(arena, receipt_seed, r, &jws);
	assert(e == ERR_OK);
	say("receipt", jws);
}

/* "text", or "text or null" for what may be missing. */
static const char *
type_words(const json_t *schema)
{
	const json_t *type = json_object_get(schema, "type");
	const json_t *pattern = json_object_get(schema, "pattern");
	const json_t *first = json_is_array(type) ? json_array_get(type, 0) :
	    type;
	const char *word = json_string_value(first);

	if (strcmp(word, "string") == 0)
		word = pattern == NULL ? "text" : strchr(json_string_value(
		    pattern), 'T') == NULL ? "day" : "instant";
	return json_is_array(type) ? arena_printf(arena, "%s or null", word) :
	    word;
}

static const json_t *
schema_sections(const json_t *schema)
{
	return json_object_get(json_object_get(json_object_get(schema,
	    "properties"), "data"), "properties");
}

static const json_t *
schema_fields(const json_t *sections, const char *name)
{
	return json_object_get(json_object_get(json_object_get(sections,
	    name), "items"), "properties");
}

/* A line for each field of a copy; whether the bundle has it too. */
static void
package_fields(void)
{
	json_t *whole = export_schema(false), *bundle = export_schema(true);
	json_t *sections = json_deep_copy(schema_sections(whole));
	json_t *section, *fields, *field;
	const char *name, *key;

	json_object_foreach(sections, name, section) {
		fields = json_object_get(json_object_get(section, "items"),
		    "properties");
		json_object_foreach(fields, key, field)
			printf("| `%s` | `%s` | %s | %s | %s |\n", name, key,
			    type_words(field), json_string_value(
			    json_object_get(field, "title")),
			    json_object_get(schema_fields(schema_sections(
			    bundle), name), key) != NULL ? "yes" : "no");
	}
	json_decref(sections);
	json_decref(whole);
	json_decref(bundle);
}

static void
package_example(void)
{
	static const char data[] = "{\"n\":1}\n";
	const struct package_about about = { "Voyages Exemple", "access",
	    INT64_C(1795555805000000) };
	struct package p;

	package_fields();
	package_open(&p, arena);
	package_add(&p, "data.json", (struct bytes){
	    (const unsigned char *)data, strlen(data) });
	package_sign(&p, &about, receipt_seed);
	say_hex("package data.json", data, strlen(data));
	say_hex("package manifest.json", p.files[1].bytes.ptr,
	    p.files[1].bytes.len);
	say("package manifest.jws", arena_textn(arena, p.files[2].bytes.ptr,
	    p.files[2].bytes.len));
}

static void
say_file(const char *name, const char *path)
{
	char line[400];
	unsigned n = 0;
	FILE *f = fopen(path, "r");

	assert(f != NULL);
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		say(arena_printf(arena, "%s, line %u", name, ++n), line);
	}
	fclose(f);
}

static void
journal_examples(void)
{
	char folder[] = "/tmp/assent-journal.XXXXXX";
	const char *path = mkdtemp(folder) == NULL ? "" : arena_printf(arena,
	    "%s/journal", folder);
	const char *head = arena_printf(arena, "%s.head", path);
	const char *places[] = { path, NULL };
	unsigned char generation[JOURNAL_GENERATION_BYTES];
	struct keys *keys = keys_from_root(root, 1, 1, KEYS_KEEPER);
	struct journal_entry entry = { 1, { 0 }, INT64_C(1795545006000000) };
	struct journal_head now;
	enum err e;

	fill(generation, sizeof(generation), 0xe0);
	e = journal_create(places, "example", generation);
	assert(e == ERR_OK);
	holding_pseudonym(keys, 1042, entry.pseudonym);
	e = journal_append(arena, places, "example", &entry);
	assert(e == ERR_OK);
	entry.n = 3;
	entry.at_us += DAY_US;
	holding_pseudonym(keys, 7, entry.pseudonym);
	e = journal_append(arena, places, "example", &entry);
	assert(e == ERR_OK);
	say_file("journal", path);
	say_file("journal head", head);
	e = journal_head(places, &now);
	assert(e == ERR_OK);
	e = journal_hold(arena, places, &now, true);
	assert(e == ERR_OK);
	say_file("journal head, held", head);
	unlink(head);
	unlink(path);
	rmdir(folder);
	keys_close(keys);
}

int
main(void)
{
	struct receipt r = sample_receipt();

	arena = arena_open();
	fill(root, sizeof(root), 0);
	memset(receipt_seed, 0x11, sizeof(receipt_seed));
	memset(head_seed, 0x22, sizeof(head_seed));
	key_examples();
	seal_examples();
	token_examples();
	directory_examples();
	leaf_examples(&r);
	mark_example();
	tree_examples(&r);
	proof_example(r.log.head);
	receipt_examples(&r);
	package_example();
	journal_examples();
	arena_close(arena);
	return 0;
}
