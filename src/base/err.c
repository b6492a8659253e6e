/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The table of errors: name, HTTP status, and the words of the page that the
 * person gets.  The words are msgids; po/ holds them in each language.
 */
#include "base/err.h"

#define N_(text) text

const struct err_info err_table[ERR__MAX] = {
	[ERR_OK] = { "ok", 200, NULL, NULL },
	[ERR_MALFORMED] = { "malformed", 400,
	    N_("This request cannot be read"),
	    N_("Something in what was sent is not as it should be. Nothing was changed. Please go back and try again.") },
	[ERR_INVALID] = { "invalid", 422,
	    N_("There is a problem"),
	    N_("Please correct what is marked and send it again. Nothing was changed.") },
	[ERR_LOGIN] = { "login", 401,
	    N_("Please sign in"),
	    N_("This page is for people who are signed in.") },
	[ERR_AGAIN] = { "again", 401,
	    N_("Please confirm that it is you"),
	    N_("For this step we ask you to sign in once more.") },
	[ERR_FORGED] = { "forged", 403,
	    N_("This form has expired"),
	    N_("The form did not come from this site, or your session has ended. Nothing was changed. Please open the page again.") },
	[ERR_DENIED] = { "denied", 404,		/* do not confirm that it exists */
	    N_("Page not found"),
	    N_("There is no such page, or it is not for you.") },
	[ERR_NOTFOUND] = { "notfound", 404,
	    N_("Page not found"),
	    N_("There is no such page, or it is not for you.") },
	[ERR_METHOD] = { "method", 405,
	    N_("This does not work here"),
	    N_("The address exists, but not for this kind of request. Nothing was changed.") },
	[ERR_GONE] = { "gone", 410,
	    N_("This link has ended"),
	    N_("The link was used or has expired. You can ask for a new one.") },
	[ERR_CONFLICT] = { "conflict", 409,
	    N_("Somebody was faster"),
	    N_("The record was changed meanwhile. Nothing of yours was lost; please look at it again.") },
	[ERR_TOOLARGE] = { "toolarge", 413,
	    N_("That is too much at once"),
	    N_("What was sent is larger than this page accepts. Nothing was changed.") },
	[ERR_LIMIT] = { "limit", 429,
	    N_("Too many attempts"),
	    N_("Please wait a few minutes and try again. Nothing was changed.") },
	[ERR_DOWN] = { "down", 503,
	    N_("We cannot save this right now"),
	    N_("Our database takes nothing at the moment. Nothing was changed. Please try again in a while.") },
	[ERR_UNSURE] = { "unsure", 503,
	    N_("We are checking"),
	    N_("Your request reached us, but its confirmation was lost on the way. Press the button: it is done once, not twice.") },
	[ERR_BUG] = { "bug", 500,
	    N_("Something went wrong on our side"),
	    N_("Nothing was changed. We have been told. Please try again later.") },
};

const char *
err_name(enum err e)
{
	return (unsigned)e < ERR__MAX ? err_table[e].name : "unknown";
}
