/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the compiler is told beyond C17: four attributes, and the list of
 * functions that may not be called.  Every source file includes this through
 * the header it starts with.
 */
#ifndef BASE_CC_H
#define BASE_CC_H

#define MUST_CHECK	__attribute__((warn_unused_result))
#define RETURNS_NEW	__attribute__((malloc, returns_nonnull))
#define NONNULL_RETURN	__attribute__((returns_nonnull))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

#define LENGTH(array)	(sizeof(array) / sizeof((array)[0]))

/*
 * Defined where AddressSanitizer watches the memory; gcc and clang say it
 * each in their own way.
 */
#ifdef __SANITIZE_ADDRESS__
#define IS_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED
#endif
#endif

#include "base/banned.h"

#endif
