/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads the files of sql/ that are applied at run time: migrations, grants.
 */
#include "db/inside.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"

#define FILE_MAX_BYTES 1048576u

enum err
file_read(struct arena *a, const char *path, char **ret_text)
{
	const char *name = strrchr(path, '/');
	char part[4096];
	struct buf b;
	ssize_t n = -1;
	int fd;

	buf_open(&b, a);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		while ((n = read(fd, part, sizeof(part))) > 0 &&
		    b.len <= FILE_MAX_BYTES)
			buf_add(&b, part, (size_t)n);
		close(fd);
	}
	if (n != 0 || memchr(b.ptr, '\0', b.len) != NULL) {
		log_fault("db=unreadable file=%s",
		    name != NULL ? name + 1 : path);
		return ERR_INVALID;
	}
	*ret_text = b.ptr;
	return ERR_OK;
}
