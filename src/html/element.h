/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The elements and attributes of HTML whose content is not plain text: what a
 * value in them could do depends on their names.
 */
#ifndef HTML_ELEMENT_H
#define HTML_ELEMENT_H

#include "base/cc.h"

enum element {
	ELEMENT_PLAIN,
	ELEMENT_META,
	ELEMENT_SCRIPT,
	ELEMENT_STYLE,
	ELEMENT_TEXTAREA,
	ELEMENT_TITLE,
	ELEMENT_REFUSED
};

enum attribute {
	ATTRIBUTE_PLAIN,
	ATTRIBUTE_URL,
	ATTRIBUTE_EVENT,	/* on* */
	ATTRIBUTE_STYLE,
	ATTRIBUTE_CODE,		/* markup or several addresses: srcdoc, srcset */
	ATTRIBUTE_CONTENT,	/* of meta: an address when http-equiv says so */
	ATTRIBUTE_HTTP_EQUIV
};

/**
 * element_of(name), attribute_of(name):
 * Return what an element or attribute called ${name}, in small letters, is.
 */
enum element element_of(const char *name);
enum attribute attribute_of(const char *name);

/**
 * element_end(element):
 * Return what follows "<" in the end tag of an element whose content is not
 * markup: "/script"; "" for any other.
 */
const char *element_end(enum element element) NONNULL_RETURN;

#endif
