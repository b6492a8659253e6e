/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a file needs to be on the disk: keys, the erasure journal, signed heads
 * and backups must outlive a crash (GDPR 32(1)(b)).
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/**
 * file_write_all(fd, data):
 * Write all of ${data} to ${fd}, however often the system stops half-way; does
 * not fsync().  Return whether it is written; if not, errno says why and some
 * of it may be.
 */
bool file_write_all(int fd, struct bytes data) MUST_CHECK;

/**
 * file_sync_folder(a, path):
 * fsync() the folder that the file ${path} is in, so that its name is there
 * after a crash.  Return whether that was possible.
 */
bool file_sync_folder(struct arena *a, const char *path) MUST_CHECK;

/**
 * file_free_bytes(path, ret_bytes):
 * Say how much may still be written where ${path} is.  Return whether that is
 * known: not when ${path} is of another machine, or closed to us.
 */
bool file_free_bytes(const char *path, uint64_t *ret_bytes) MUST_CHECK;

#endif
