/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent verify: the ledgers against their signed heads, receipts and packages,
 * offline (GDPR 5(2), 15(3), 17, 32(1)(d)).
 */
#include "cli/cli.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "erasure/receipt_check.h"
#include "export/package_check.h"
#include "ledger/ledger_verify.h"

#define HEADS_MAX_BYTES	(1024u * 1024 * 1024)
#define PROGRESS_US	(2 * SECOND_US)

struct verifying {
	struct cli *cli;
	json_t *findings;
	uint64_t n_done;
	int64_t told_us;	/* ticks */
	bool is_terminal;
};

static void
found(void *arg, const struct verify_finding *f)
{
	struct verifying *w = arg;

	cli_say(w->cli, "%s: %s.", verify_kind_names[f->kind], f->text);
	json_array_append_new(w->findings, json_pack("{s:s, s:s?, s:I, s:s}",
	    "kind", verify_kind_names[f->kind], "ledger", f->ledger, "row",
	    (json_int_t)f->row, "text", f->text));
}

static void
progress(void *arg, uint64_t n_done)
{
	struct verifying *w = arg;
	int64_t now_us = clock_ticks_us();

	w->n_done += n_done;
	if (w->told_us == 0)
		w->told_us = now_us;
	if (!w->is_terminal || now_us - w->told_us < PROGRESS_US)
		return;
	w->told_us = now_us;
	fprintf(stderr, "%" PRIu64 " rows and leaves checked\n", w->n_done);
}

/* The heads file that was named, or else the site's if it is there. */
static enum cli_status
read_heads(struct cli *cli, const char *named, const char **ret_text)
{
	const char *path = named != NULL ? named : cli->config->heads_file;

	*ret_text = NULL;
	if (path == NULL || (named == NULL && access(path, R_OK) != 0)) {
		cli_say(cli, "No heads file to compare with: name one with --heads.");
		return CLI_OK;
	}
	return cli_read_file(cli, path, HEADS_MAX_BYTES, ret_text);
}

static enum cli_status
read_jwks(struct cli *cli, const char *path, struct jwks *ret_keys)
{
	enum cli_status s;
	const char *text;

	if ((s = cli_read_file(cli, path, JWS_MAX_BYTES, &text)) != CLI_OK)
		return s;
	if (jwks_read(cli->arena, text, ret_keys) != ERR_OK)
		return cli_fail(cli, "%s: is not a directory of our keys",
		    path);
	return CLI_OK;
}

static void
print_counts(struct cli *cli, const struct verify_options *options,
    const struct verify_counts *n)
{
	cli_say(cli, "%" PRIu64 " rows, %" PRIu64 " leaves, %" PRIu64
	    " heads; signed up to leaf %" PRIu64 ".", n->rows, n->leaves,
	    n->heads, n->signed_size);
	if (options->heads != NULL)
		cli_say(cli, "%" PRIu64 " heads of the file agree, %" PRIu64
		    " are of before a restore.", n->file_heads, n->superseded);
	cli_say(cli, "%" PRIu64 " rows pruned under a signed record, %" PRIu64
	    " not in the log yet.", n->pruned, n->pending);
	if (options->keys == NULL)
		cli_say(cli, "Without the owner's keys, nobody checked who wrote the rows.");
	if (n->findings == 0)
		cli_say(cli, "The ledgers are as they were written.");
	else
		cli_say(cli, "%" PRIu64 " things are wrong.", n->findings);
}

static json_t *
counts_json(const struct verify_counts *n, json_t *findings)
{
	return json_pack("{s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:O}",
	    "is_whole", n->findings == 0, "rows", (json_int_t)n->rows,
	    "leaves", (json_int_t)n->leaves, "heads", (json_int_t)n->heads,
	    "file_heads", (json_int_t)n->file_heads, "superseded",
	    (json_int_t)n->superseded, "pruned", (json_int_t)n->pruned,
	    "pending", (json_int_t)n->pending, "signed_size",
	    (json_int_t)n->signed_size, "findings", findings);
}

enum cli_status
cli_verify_ledger(struct cli *cli)
{
	struct verifying w = { .cli = cli, .is_terminal = isatty(2) };
	const char *heads = cli_value(cli, "--heads");
	const char *jwks_path = cli_value(cli, "--jwks");
	struct verify_options options = { .now_us = clock_now_us(),
	    .found = found, .progress = progress, .arg = &w };
	struct verify_counts counts;
	enum cli_status s;
	struct jwks jwks;
	enum err e;

	if ((s = cli_end(cli)) != CLI_OK || (s = cli_open_config(cli)) !=
	    CLI_OK || (s = read_heads(cli, heads, &options.heads)) != CLI_OK)
		return s;
	if (jwks_path != NULL) {
		if ((s = read_jwks(cli, jwks_path, &jwks)) != CLI_OK)
			return s;
		options.jwks = &jwks;
	}
	if (access(arena_printf(cli->arena, "%s/owner.key",
	    cli->config->keys_dir), R_OK) == 0) {
		if ((s = cli_open_keys(cli)) != CLI_OK)
			return s;
		options.keys = cli->keys;
	}
	if ((s = cli_open_db(cli, 3600)) != CLI_OK)
		return s;
	w.findings = json_array();
	if ((e = ledger_verify(cli->db, &options, &counts)) != ERR_OK) {
		json_decref(w.findings);
		return cli_fail(cli, "the database could not be read: %s",
		    err_name(e));
	}
	print_counts(cli, &options, &counts);
	if (cli->is_json)
		cli_print_json(counts_json(&counts, w.findings));
	json_decref(w.findings);
	return counts.findings == 0 ? CLI_OK : CLI_FAILED;
}

/* The directory: a file, or what the site's database holds. */
static enum cli_status
find_jwks(struct cli *cli, const char *path, struct jwks *ret_keys)
{
	enum cli_status s;

	if (path != NULL)
		return read_jwks(cli, path, ret_keys);
	if (cli->config_file == NULL)
		return cli_usage(cli, "name the keys, --jwks FILE, or the site, --site NAME");
	if ((s = cli_open_db(cli, 10)) != CLI_OK)
		return s;
	if (ledger_jwks(cli->db, cli->arena, ret_keys) != ERR_OK)
		return cli_fail(cli, "the keys cannot be read from the database");
	return CLI_OK;
}

/* Heads that are known to have been published, from a heads file. */
static enum cli_status
find_heads(struct cli *cli, const char *path, struct receipt_question *q)
{
	const char **heads;
	enum cli_status s;
	const char *text;
	size_t n = 0, i;
	char *p, *end;

	if (path == NULL)
		return CLI_OK;
	if ((s = cli_read_file(cli, path, HEADS_MAX_BYTES, &text)) != CLI_OK)
		return s;
	for (i = 0; text[i] != '\0'; i++)
		n += text[i] == '\n';
	heads = arena_take(cli->arena, (n + 1) * sizeof(*heads));
	p = arena_text(cli->arena, text);
	for (i = 0; i < n; i++) {
		end = strchr(p, '\n');
		*end = '\0';
		heads[i] = p;
		p = end + 1;
	}
	q->heads = heads;
	q->head_count = n;
	return CLI_OK;
}

static enum cli_status
say_verdict(struct cli *cli, const struct receipt_verdict *v)
{
	const struct receipt_finding_info *f = &receipt_findings[v->finding];
	const struct receipt_finding_info *o = &receipt_openings[v->opening];
	bool is_good = f->is_genuine && v->opening != OPENING_NO;

	cli_say(cli, "%s\n%s", f->title, f->sentence);
	if (v->has_receipt) {
		cli_say(cli, "Site %s, case %s, issued %s.", v->receipt.site,
		    v->receipt.case_number, clock_iso(cli->arena,
		    v->receipt.issued_us));
		cli_say(cli, v->is_logged ? "Its proof of being in the log holds." :
		    "It carries no proof of being in the log.");
	}
	if (v->opening != OPENING_NOT_ASKED)
		cli_say(cli, "%s\n%s", o->title, o->sentence);
	if (cli->is_json)
		cli_print_json(json_pack(
		    "{s:b, s:s, s:s, s:b, s:s?, s:s?, s:s?}", "is_genuine",
		    f->is_genuine, "finding", f->name, "opening", o->name,
		    "is_logged", v->is_logged, "site", v->has_receipt ?
		    v->receipt.site : NULL, "case", v->has_receipt ?
		    v->receipt.case_number : NULL, "kid", v->key != NULL ?
		    v->key->kid : NULL));
	return is_good ? CLI_OK : CLI_FAILED;
}

enum cli_status
cli_verify_receipt(struct cli *cli)
{
	const char *jwks_path = cli_value(cli, "--jwks");
	const char *heads_path = cli_value(cli, "--heads");
	struct receipt_question q = { .opening = cli_value(cli, "--opening"),
	    .address = cli_value(cli, "--address") };
	const char *reference = cli_value(cli, "--case");
	const char *file = cli_word(cli);
	struct receipt_verdict verdict;
	enum cli_status s;
	struct jwks jwks;

	if (file == NULL)
		return cli_usage(cli, "which file?");
	if ((q.opening == NULL) != (q.address == NULL))
		return cli_usage(cli, "--opening and --address go together");
	if ((s = cli_end(cli)) != CLI_OK ||
	    (s = cli_read_file(cli, file, JWS_MAX_BYTES, &q.jws)) != CLI_OK ||
	    (s = find_heads(cli, heads_path, &q)) != CLI_OK ||
	    (s = find_jwks(cli, jwks_path, &jwks)) != CLI_OK)
		return s;
	q.keys = &jwks;
	receipt_check(cli->arena, &q, &verdict);
	if (reference != NULL && verdict.has_receipt &&
	    strcmp(reference, verdict.receipt.case_number) != 0)
		return cli_fail(cli, "the receipt is of case %s, not of %s",
		    verdict.receipt.case_number, reference);
	return say_verdict(cli, &verdict);
}

static void
say_files(struct cli *cli, const struct package_verdict *v, json_t *files)
{
	const char *fault;
	size_t i;

	for (i = 0; i < v->n; i++) {
		fault = package_fault_names[v->faults[i].fault];
		cli_say(cli, "%s: %s", fault, v->faults[i].name);
		json_array_append_new(files, json_pack("{s:s, s:s}", "name",
		    v->faults[i].name, "state", fault));
	}
}

static enum cli_status
say_package(struct cli *cli, const struct package_verdict *v)
{
	const struct package_finding_info *f = &package_findings[v->finding];
	const char *created = NULL;
	json_t *files = json_array();

	cli_say(cli, "%s", f->sentence);
	say_files(cli, v, files);
	if (v->is_signed) {
		created = clock_iso(cli->arena, v->about.created_us);
		cli_say(cli, "Site %s, %s, made %s, %zu files signed.",
		    v->about.site, v->about.kind, created, v->files_signed);
	}
	if (cli->is_json)
		cli_print_json(json_pack(
		    "{s:b, s:s, s:O, s:s?, s:s?, s:s?, s:s?}", "is_genuine",
		    f->is_genuine, "finding", f->name, "files", files, "site",
		    v->is_signed ? v->about.site : NULL, "kind", v->is_signed ?
		    v->about.kind : NULL, "created_at", created, "kid",
		    v->key != NULL ? v->key->kid : NULL));
	json_decref(files);
	return f->is_genuine ? CLI_OK : CLI_FAILED;
}

enum cli_status
cli_verify_package(struct cli *cli)
{
	const char *jwks_path = cli_value(cli, "--jwks");
	const char *file = cli_word(cli), *why;
	struct package_verdict verdict;
	struct package package;
	enum cli_status s;
	struct bytes zip;
	struct jwks jwks;

	if (file == NULL)
		return cli_usage(cli, "which file?");
	if ((s = cli_end(cli)) != CLI_OK || (s = cli_read_bytes(cli, file,
	    PACKAGE_MAX_BYTES, &zip)) != CLI_OK ||
	    (s = find_jwks(cli, jwks_path, &jwks)) != CLI_OK)
		return s;
	if (package_read(cli->arena, zip, &package, &why) != ERR_OK)
		return cli_fail(cli, "%s: %s", file, why);
	package_verify(&package, &jwks, &verdict);
	return say_package(cli, &verdict);
}
