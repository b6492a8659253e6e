/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The codes of a copy in words, for its page to read; data.json and the tables
 * keep the codes.  Law: GDPR 12(1), 15(1).
 */
#ifndef EXPORT_EXPORT_WORDS_H
#define EXPORT_EXPORT_WORDS_H

/**
 * export_word(section, field, code):
 * Return the msgid of ${code} in ${field} of ${section}, as the portal's pages
 * say it, or NULL: that field holds no codes, or not this one.
 */
const char *export_word(const char *section, const char *field,
    const char *code);

#endif
