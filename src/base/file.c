/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write(2) and fsync(2) with their interruptions.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

bool
file_write_all(int fd, struct bytes data)
{
	size_t done = 0;
	ssize_t n;

	while (done < data.len) {
		n = write(fd, data.ptr + done, data.len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

bool
file_sync_folder(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	int fd = open(slash == NULL ? "." : slash == path ? "/" :
	    arena_textn(a, path, (size_t)(slash - path)),
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_good = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0 && close(fd) != 0)
		is_good = false;
	return is_good;
}

bool
file_free_bytes(const char *path, uint64_t *ret_bytes)
{
	struct statvfs st;

	if (statvfs(path, &st) != 0)
		return false;
	*ret_bytes = (uint64_t)st.f_bavail * st.f_frsize;
	return true;
}
