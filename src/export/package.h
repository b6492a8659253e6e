/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A package: files, the signed list of them, and the ZIP file that they make.
 * Law: GDPR 15(3), 20(1).
 */
#ifndef EXPORT_PACKAGE_H
#define EXPORT_PACKAGE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "keys/jws.h"

#define PACKAGE_FILES_MAX	64
#define PACKAGE_FORMAT		"assent-package/1"

struct package_file {
	const char *name;
	struct bytes bytes;
};

struct package {
	struct arena *arena;	/* borrowed, as everything in it */
	struct package_file files[PACKAGE_FILES_MAX];
	size_t n;
};

/**
 * package_open(p, a):
 * Make ${p} a package without files, in ${a}.
 */
void package_open(struct package *p, struct arena *a);

/**
 * package_add(p, name, bytes), package_add_json(p, name, json),
 * package_add_csv(p, name, list):
 * Add a file: ${bytes} as they are; ${json} indented; the flat objects of
 * ${list} as a table with a head, texts and numbers as they are, true and
 * false as such, null as an empty cell.  An empty list has no table.
 */
void package_add(struct package *p, const char *name, struct bytes bytes);
void package_add_json(struct package *p, const char *name, const json_t *json);
void package_add_csv(struct package *p, const char *name, const json_t *list);

/* What the manifest says besides the files. */
struct package_about {
	const char *site;
	const char *kind;	/* access portability */
	int64_t created_us;
};

/**
 * package_sign(p, about, seed):
 * Add manifest.json, which names every file so far with its size and SHA-256,
 * and manifest.jws, the same bytes signed with the receipt ${seed}.
 */
void package_sign(struct package *p, const struct package_about *about,
    const unsigned char seed[KEY_BYTES]);

/**
 * package_zip(p, ret_zip):
 * Write ${p} as a ZIP file into its arena.  ERR_BUG, logged, when that fails.
 */
enum err package_zip(const struct package *p, struct bytes *ret_zip)
    MUST_CHECK;

/**
 * package_find(p, name):
 * Return the file ${name} of ${p}, or NULL.
 */
const struct package_file *package_find(const struct package *p,
    const char *name);

#endif
