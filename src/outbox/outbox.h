/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mails that wait: whoever causes one stores it in the same transaction,
 * sealed to the courier, which renders and sends it (GDPR 12(1), 12(3), 32).
 */
#ifndef OUTBOX_OUTBOX_H
#define OUTBOX_OUTBOX_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/config.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "keys/keys.h"

#define OUTBOX_FILES_MAX	4
#define OUTBOX_MAIL_MAX_BYTES	(1024u * 1024)	/* view and files, as JSON */
#define OUTBOX_NAME_MAX		55	/* of a template */
#define OUTBOX_NEVER_US		INT64_MAX	/* due only when staff say so */

/* One process's end of the outbox. */
struct outbox;

/* A file that goes with a mail. */
struct outbox_file {
	const char *name;	/* "receipt.jws"; no path */
	const char *type;	/* "application/jose"; no parameters */
	struct bytes bytes;
};

struct outbox_mail {
	const char *template;	/* "forms_confirm": mail/forms_confirm.txt,
				   .html and .subject.txt */
	const char *language;	/* "fr" */
	const char *to;		/* struct address, mail */
	uint64_t contact_id;	/* 0: nobody's, such as a receipt */
	bool is_legal;		/* staff get a task when it cannot be sent */
	json_t *view;		/* an object; borrowed */
	const struct outbox_file *files;
	size_t n_files;
	const char *unsubscribe;	/* path at the portal; NULL: a mail that
				   the law or the person asks for */
	int64_t due_us;		/* not before this instant; 0: at once */
};

/* A mail as the courier opens it, in its arena but for the view. */
struct outbox_letter {
	const char *to;
	const char *unsubscribe;	/* path, or NULL */
	struct outbox_file files[OUTBOX_FILES_MAX];
	size_t n_files;
	json_t *view;		/* owned: json_decref() */
};

/**
 * outbox_open(config, keys, ret_outbox):
 * Be able to add mails in this process, which must hold KEY_MAIL_PUBLIC.
 * Message-IDs take the host of ${config}'s portal_url.  ERR_INVALID, logged,
 * when the key is not one.
 */
enum err outbox_open(const struct config *config, const struct keys *keys,
    struct outbox **ret_outbox) MUST_CHECK;

/**
 * outbox_close(o):
 * Wipe and free ${o}.  NULL does nothing.
 */
void outbox_close(struct outbox *o);

/**
 * outbox_template_word(template):
 * Return the msgid of what a mail of ${template} is called.
 */
const char *outbox_template_word(const char *template) NONNULL_RETURN;

/**
 * outbox_add(o, db, a, mail, now_us):
 * Store ${mail}, within tx_run(): it leaves if the transaction commits, with
 * one Message-ID however often it is tried.  One statement.  The view holds
 * what the three templates name, but for what the courier adds to every one:
 *
 *	lang		the mail's language
 *	site		name, legal_name, address, contact_email, dpo_name,
 *			dpo_email
 *	name		null, unless ${mail} says whom to greet
 *	portal_url	without '/' at the end: {{portal_url}}/confirm/{{token}}
 *	unsubscribe_url	the whole address of ${mail}'s path, or null
 *
 * ERR_BUG, logged without any of its values, for a mail that cannot be meant:
 * no such address, a path that is none, more than OUTBOX_MAIL_MAX_BYTES.
 * Else the errors of a statement.
 */
enum err outbox_add(struct outbox *o, struct db *db, struct arena *a,
    const struct outbox_mail *mail, int64_t now_us) MUST_CHECK;

/**
 * outbox_cancel(db, contact_id, now_us):
 * Within tx_run(), for an erasure: take back every mail of ${contact_id} that
 * was not sent, destroy what they say, and forget whose the others were.  A
 * courier that holds some of them in this second may still send them.
 *
 * Source: GDPR 17(1).
 */
enum err outbox_cancel(struct db *db, uint64_t contact_id, int64_t now_us)
    MUST_CHECK;

/**
 * outbox_hold(db, before_us):
 * Within tx_run(), after a restore: keep every waiting mail that was written
 * before ${before_us} from leaving, because it may have been sent after the
 * backup was made.  Staff decide on each.
 */
enum err outbox_hold(struct db *db, int64_t before_us) MUST_CHECK;

/**
 * outbox_purge(db, before_us, most, ret_n):
 * Within tx_run(): delete at most ${most} rows that ended before ${before_us};
 * ${ret_n} says how many there were.
 */
enum err outbox_purge(struct db *db, int64_t before_us, uint64_t most,
    uint64_t *ret_n) MUST_CHECK;

/**
 * outbox_message_id(o, a):
 * Return a new "32 hexadecimal digits@host" in ${a}.
 */
char *outbox_message_id(const struct outbox *o, struct arena *a) RETURNS_NEW;

/**
 * outbox_seal(o, a, mail, message_id, ret_sealed):
 * Turn ${mail} into the bytes of its row, which open only for the courier and
 * only beside this ${message_id}, template and language.  ERR_BUG as for
 * outbox_add().
 */
enum err outbox_seal(const struct outbox *o, struct arena *a,
    const struct outbox_mail *mail, const char *message_id,
    struct bytes *ret_sealed) MUST_CHECK;

/**
 * outbox_unseal(keys, a, mail, message_id, sealed, ret_letter):
 * Open what outbox_seal() made; of ${mail} only template and language count.
 * ERR_MALFORMED when it was changed, or is no mail that outbox_seal() makes.
 */
enum err outbox_unseal(const struct keys *keys, struct arena *a,
    const struct outbox_mail *mail, const char *message_id,
    struct bytes sealed, struct outbox_letter *ret_letter) MUST_CHECK;

/**
 * outbox_letter_read(a, text, ret_letter):
 * Read the JSON inside a sealed mail.  ERR_MALFORMED for anything else.
 */
enum err outbox_letter_read(struct arena *a, struct bytes text,
    struct outbox_letter *ret_letter) MUST_CHECK;

/**
 * outbox_host(a, url):
 * Return the host of ${url} for the right side of a Message-ID: its name
 * without port, at most 80 characters, "localhost" for an address literal.
 */
char *outbox_host(struct arena *a, const char *url) RETURNS_NEW;

#endif
