/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Template files: a plain walk over a few folders at start.
 */
#include "html/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "html/html.h"

static enum err
refuse(const char *path, const char *reason)
{
	log_fault("event=template_refused at=%s:1 reason=\"%s\"", path,
	    reason);
	return ERR_INVALID;
}

static enum err
read_all(struct arena *a, int fd, const char *path, const char **ret_text)
{
	struct stat st;
	size_t len = 0;
	ssize_t n;
	char *text;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return refuse(path, "not a file");
	if (st.st_size > (off_t)HTML_FILE_MAX_BYTES)
		return refuse(path, "larger than 256 KiB");
	text = arena_take(a, (size_t)st.st_size + 1);
	while (len < (size_t)st.st_size) {
		n = read(fd, text + len, (size_t)st.st_size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return refuse(path, "cannot be read to its end");
		len += (size_t)n;
	}
	if (!text_is_utf8(text, len))
		return refuse(path, "not UTF-8");
	if (text_starts(text, "\xef\xbb\xbf"))
		return refuse(path, "starts with a byte order mark");
	*ret_text = text;
	return ERR_OK;
}

static enum err
read_file(struct arena *a, const char *path, const char **ret_text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum err e;

	if (fd < 0)
		return refuse(path, "cannot be opened");
	e = read_all(a, fd, path, ret_text);
	(void)close(fd);
	return e;
}

/* Whether a directory entry is a template; editors leave others behind. */
static bool
is_template(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return len > 0 && (strcmp(name + len, ".html") == 0 ||
	    strcmp(name + len, ".txt") == 0 ||
	    strcmp(name + len, ".subject.txt") == 0);
}

static bool
is_known(const struct files *files, const char *name)
{
	size_t i;

	for (i = 0; i < files->n; i++)
		if (strcmp(files->at[i].name, name) == 0)
			return true;
	return false;
}

static struct file *
add_file(struct arena *a, struct files *files)
{
	struct file *grown;

	if (files->n == files->size) {
		files->size = files->size == 0 ? 64 : files->size * 2;
		grown = arena_take(a, files->size * sizeof(*grown));
		if (files->n > 0)
			memcpy(grown, files->at, files->n * sizeof(*grown));
		files->at = grown;
	}
	return &files->at[files->n++];
}

static enum err
read_folder(struct arena *a, struct arena *texts, const char *dir,
    const char *folder, bool may_lack, struct files *files)
{
	const char *path = arena_printf(a, "%s/%s", dir, folder);
	DIR *d = opendir(path);
	enum err e, worst = ERR_OK;
	const struct dirent *entry;
	struct file file;

	if (d == NULL && may_lack && errno == ENOENT)
		return ERR_OK;
	if (d == NULL)
		return refuse(path, "cannot be opened");
	while ((entry = readdir(d)) != NULL) {
		if (!is_template(entry->d_name))
			continue;
		file.name = arena_printf(a, "%s/%s", folder, entry->d_name);
		if (is_known(files, file.name))
			continue;
		file.path = arena_printf(a, "%s/%s", dir, file.name);
		if ((e = read_file(texts, file.path, &file.text)) != ERR_OK)
			worst = e;
		else
			*add_file(a, files) = file;
	}
	(void)closedir(d);
	return worst;
}

enum err
files_read(struct arena *a, struct arena *texts,
    const struct html_source *source, struct files *ret_files)
{
	struct files files = { .n = 0 };
	enum err e, worst = ERR_OK;
	size_t i;

	for (i = 0; source->folders[i] != NULL; i++) {
		/* First what overrides: what is known is not read again. */
		if (source->override_dir != NULL &&
		    (e = read_folder(a, texts, source->override_dir,
		    source->folders[i], true, &files)) != ERR_OK)
			worst = e;
		if ((e = read_folder(a, texts, source->dir,
		    source->folders[i], false, &files)) != ERR_OK)
			worst = e;
	}
	*ret_files = files;
	return worst;
}
