/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The operational log: one line on stderr per entry, key=value, request id
 * first.  Never a name, address, token, query string, form value or free
 * text: only what the program itself knows, such as ids, kinds and codes.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdint.h>

#include "base/cc.h"

/**
 * log_open(program, site):
 * Name the program and its site in every later line.  Both are borrowed for
 * ever.
 */
void log_open(const char *program, const char *site);

/**
 * log_request(id):
 * Put ${id} first in every later line, until the next call; 0 for none.
 */
void log_request(uint64_t id);

/**
 * log_fault(format, ...):
 * Write a line that a person must look at.  ${format} is "key=value ..." with
 * values that hold no personal data.
 */
void log_fault(const char *format, ...) PRINTF_LIKE(1, 2);

/**
 * log_note(format, ...), log_debug(format, ...):
 * Write a line worth keeping; a line for developers, only after
 * log_debug_on().
 */
void log_note(const char *format, ...) PRINTF_LIKE(1, 2);
void log_debug(const char *format, ...) PRINTF_LIKE(1, 2);
void log_debug_on(void);

#endif
