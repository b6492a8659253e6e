/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Names of elements and attributes.  Source: the HTML standard, 13.2.6 for
 * elements that change the tokenizer's state, and its index of attributes.
 */
#include "html/element.h"

static const struct {
	const char *name;
	enum element element;
} elements[] = {
	{ "meta", ELEMENT_META },
	{ "script", ELEMENT_SCRIPT },
	{ "style", ELEMENT_STYLE },
	{ "textarea", ELEMENT_TEXTAREA },
	{ "title", ELEMENT_TITLE },
	/* Their content or attributes follow rules of their own. */
	{ "animate", ELEMENT_REFUSED },
	{ "animatemotion", ELEMENT_REFUSED },
	{ "animatetransform", ELEMENT_REFUSED },
	{ "applet", ELEMENT_REFUSED },
	{ "base", ELEMENT_REFUSED },
	{ "embed", ELEMENT_REFUSED },
	{ "foreignobject", ELEMENT_REFUSED },
	{ "frame", ELEMENT_REFUSED },
	{ "frameset", ELEMENT_REFUSED },
	{ "iframe", ELEMENT_REFUSED },
	{ "listing", ELEMENT_REFUSED },
	{ "noembed", ELEMENT_REFUSED },
	{ "noframes", ELEMENT_REFUSED },
	{ "object", ELEMENT_REFUSED },
	{ "plaintext", ELEMENT_REFUSED },
	{ "set", ELEMENT_REFUSED },
	{ "xmp", ELEMENT_REFUSED },
};

static const struct {
	const char *name;
	enum attribute attribute;
} attributes[] = {
	{ "action", ATTRIBUTE_URL },
	{ "background", ATTRIBUTE_URL },
	{ "cite", ATTRIBUTE_URL },
	{ "content", ATTRIBUTE_CONTENT },
	{ "data", ATTRIBUTE_URL },
	{ "formaction", ATTRIBUTE_URL },
	{ "href", ATTRIBUTE_URL },
	{ "http-equiv", ATTRIBUTE_HTTP_EQUIV },
	{ "imagesrcset", ATTRIBUTE_CODE },
	{ "longdesc", ATTRIBUTE_URL },
	{ "manifest", ATTRIBUTE_URL },
	{ "ping", ATTRIBUTE_URL },
	{ "poster", ATTRIBUTE_URL },
	{ "src", ATTRIBUTE_URL },
	{ "srcdoc", ATTRIBUTE_CODE },
	{ "srcset", ATTRIBUTE_CODE },
	{ "style", ATTRIBUTE_STYLE },
	{ "xlink:href", ATTRIBUTE_URL },
};

enum element
element_of(const char *name)
{
	size_t i;

	for (i = 0; i < LENGTH(elements); i++)
		if (strcmp(elements[i].name, name) == 0)
			return elements[i].element;
	return ELEMENT_PLAIN;
}

enum attribute
attribute_of(const char *name)
{
	size_t i;

	if (name[0] == 'o' && name[1] == 'n')
		return ATTRIBUTE_EVENT;
	for (i = 0; i < LENGTH(attributes); i++)
		if (strcmp(attributes[i].name, name) == 0)
			return attributes[i].attribute;
	return ATTRIBUTE_PLAIN;
}

const char *
element_end(enum element element)
{
	switch (element) {
	case ELEMENT_SCRIPT:
		return "/script";
	case ELEMENT_STYLE:
		return "/style";
	case ELEMENT_TEXTAREA:
		return "/textarea";
	case ELEMENT_TITLE:
		return "/title";
	case ELEMENT_PLAIN:
	case ELEMENT_META:
	case ELEMENT_REFUSED:
		break;
	}
	return "";
}
