/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reading the template files of one program.  Only for the files of this room.
 */
#ifndef HTML_FILES_H
#define HTML_FILES_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

struct html_source;

struct file {
	const char *name;	/* "portal/consent_form.html" */
	const char *path;	/* where it was found */
	const char *text;
};

struct files {
	struct file *at;
	size_t n;
	size_t size;	/* of at */
};

/**
 * files_read(a, texts, source, ret_files):
 * Read every *.html and *.txt in the folders of ${source}, their names into ${a}
 * and what they hold into ${texts}; a file in the overriding directory stands
 * for the one of the same name, or is added.
 * Names hold a to z, 0 to 9 and "_"; a mail's subject is NAME.subject.txt.
 * ERR_INVALID, after logging each: a
 * folder that cannot be read, a file that cannot, that is too large, or that
 * is not UTF-8.
 */
enum err files_read(struct arena *a, struct arena *texts,
    const struct html_source *source, struct files *ret_files) MUST_CHECK;

#endif
