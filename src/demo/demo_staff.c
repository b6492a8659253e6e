/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The demonstration's staff, one of each role, each with a random password
 * and a second factor.
 * Law: GDPR 32.
 */
#include "demo/demo.h"

#include "auth/password.h"
#include "auth/totp.h"
#include "db/queries.h"
#include "keys/seal.h"
#include "keys/token.h"

static const struct { const char *role, *name, *local; int team; } people[] = {
	{ "adviser", "Nadia Kessler", "nadia", 0 },
	{ "adviser", "Paul Armand", "paul", 1 },
	{ "lead", "Iris Delcourt", "iris", 0 },
	{ "dpo", "Camille Le Goff", "dpo", -1 },
	{ "security", "Tom Verhaegen", "tom", -1 },
	{ "legal", "Louise Quéméneur", "louise", -1 },
	{ "auditor", "Victor Saint-Clair", "victor", -1 },
	{ "admin", "Ana Moreira", "ana", -1 },
};

static const char *
random_password(struct arena *a)
{
	struct code one, two;

	code_draw(&one);
	code_draw(&two);
	return arena_printf(a, "%s-%s", code_show(a, &one),
	    code_show(a, &two));
}

struct joining {
	struct demo *d;
	size_t i;
	const char *email;
	const char *password;
	struct bytes secret;
};

static enum err
join_in_tx(struct db *db, void *arg)
{
	struct joining *k = arg;
	struct demo *d = k->d;
	struct password_kept kept;
	struct q_demo_staff row;
	struct bytes sealed;
	enum err e;

	if ((e = q_demo_staff(db, d->arena, k->email, (struct bytes){
	    (const unsigned char *)k->email, strlen(k->email) },
	    people[k->i].name, people[k->i].role, people[k->i].team < 0 ? 0 :
	    d->team_ids[people[k->i].team], "fr", d->now_us, &row)) != ERR_OK)
		return e;
	d->staff_ids[k->i] = row.id;
	if ((e = password_keep(d->arena, d->keys, PASSWORD_OFFICE, row.id,
	    k->password, &kept)) != ERR_OK)
		return e;
	sealed = seal(d->arena, key_get(d->keys, KEY_TOTP), seal_aad(d->arena,
	    "staff", "totp_sealed", row.id), k->secret);
	return q_demo_staff_secrets(db, (struct bytes){
	    (const unsigned char *)kept.hash, strlen(kept.hash) }, kept.mac,
	    sealed, row.id, NULL);
}

static enum err
teams_in_tx(struct db *db, void *arg)
{
	struct demo *d = arg;
	struct q_site_team_insert row;
	enum err e;

	if ((e = q_site_team_insert(db, d->arena, "Agence de Nantes", &row)) !=
	    ERR_OK)
		return e;
	d->team_ids[0] = row.id;
	if ((e = q_site_team_insert(db, d->arena, "Agence de Lyon", &row)) != ERR_OK)
		return e;
	d->team_ids[1] = row.id;
	return ERR_OK;
}

enum err
demo_staff_load(struct demo *d)
{
	struct joining k = { .d = d };
	enum err e;

	if ((e = tx_run(d->db, NULL, d->arena, teams_in_tx, d, NULL)) !=
	    ERR_OK)
		return e;
	for (k.i = 0; k.i < LENGTH(people); k.i++) {
		k.email = arena_printf(d->arena, "%s@voyages-demo.example",
		    people[k.i].local);
		k.password = random_password(d->arena);
		k.secret = totp_secret(d->arena);
		if ((e = tx_run(d->db, NULL, d->arena, join_in_tx, &k,
		    NULL)) != ERR_OK)
			return e;
		json_array_append_new(d->staff, json_pack(
		    "{s:s, s:s, s:s, s:s, s:s}", "role", people[k.i].role,
		    "name", people[k.i].name, "email", k.email, "password",
		    k.password, "totp_secret",
		    totp_base32(d->arena, k.secret)));
	}
	return ERR_OK;
}
