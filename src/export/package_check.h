/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reading a package that anybody may have made, and saying whether it is as
 * it was signed, online or years later (GDPR 5(1)(f), 15(3), 20(1)).
 */
#ifndef EXPORT_PACKAGE_CHECK_H
#define EXPORT_PACKAGE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "export/package.h"

#define PACKAGE_MAX_BYTES	(256u * 1024 * 1024)	/* unpacked */
#define PACKAGE_NAME_MAX	100			/* bytes of a file's name */

/**
 * package_read(a, zip, ret_p, ret_why):
 * Read the files of ${zip} into ${a}.  ERR_MALFORMED, with the reason in
 * ${ret_why}, for what is no ZIP file or was cut off, has more than
 * PACKAGE_FILES_MAX files or would be larger than PACKAGE_MAX_BYTES unpacked,
 * has a name twice, a name other than words of A-Z a-z 0-9 . _ - joined by
 * '/' (no word begins with a dot, so none leads elsewhere), or a file that is
 * encrypted, packed otherwise than the format says, or of another length than
 * it claims.  Nothing is unpacked before all names and sizes were looked at.
 */
enum err package_read(struct arena *a, struct bytes zip,
    struct package *ret_p, const char **ret_why) MUST_CHECK;

enum package_finding {
	PACKAGE_GENUINE,
	PACKAGE_GENUINE_RETIRED,	/* its key signs no more */
	PACKAGE_CHANGED,		/* files are not those that were signed */
	PACKAGE_NOT_ONE,		/* no manifest.jws, or not understood */
	PACKAGE_FORGED,			/* the signature is not of its key */
	PACKAGE_UNKNOWN_KEY,
	PACKAGE_REVOKED,
	PACKAGE_UNTIMELY,		/* dated outside its key's life */
	PACKAGE_FINDING__MAX
};

struct package_finding_info {
	const char *name;	/* for --json */
	bool is_genuine;
	const char *sentence;	/* for the owner's program */
};

extern const struct package_finding_info
    package_findings[PACKAGE_FINDING__MAX];

/* What became of one file since the package was signed. */
enum package_fault {
	PACKAGE_FILE_CHANGED,
	PACKAGE_FILE_ADDED,
	PACKAGE_FILE_MISSING,
	PACKAGE_FAULT__MAX
};

extern const char *const package_fault_names[PACKAGE_FAULT__MAX];

struct package_verdict {
	enum package_finding finding;
	const struct jwk *key;		/* borrowed; NULL unless known */
	bool is_signed;			/* the signature is right: see below */
	struct package_about about;	/* what the signed manifest says */
	size_t files_signed;		/* files in the manifest */
	size_t n;			/* faults */
	struct {
		const char *name;
		enum package_fault fault;
	} faults[2 * PACKAGE_FILES_MAX];
};

/**
 * package_verify(p, keys, ret_verdict):
 * Compare ${p} with its signed list of files: the signature under a key of
 * ${keys} first, then every file there and in the list.  ${ret_verdict} names
 * each that was changed, added or is missing; it borrows from ${p} and
 * ${keys}.  What a revoked key signed is not believed.
 *
 * Source: RFC 7515, 5.2; doc/formats/package.md.
 */
void package_verify(const struct package *p, const struct jwks *keys,
    struct package_verdict *ret_verdict);

#endif
