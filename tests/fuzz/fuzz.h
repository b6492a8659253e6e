/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What every fuzz target has: one function over bytes from anywhere.  A fault
 * is an assert() that fails or a sanitizer that speaks (GDPR 32).
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/**
 * LLVMFuzzerTestOneInput(data, size):
 * Try ${size} bytes at ${data}.  Always 0; the name is libFuzzer's.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
