/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What became of a file, and why, in words: what was expected and what to do
 * (GDPR 5(1)(d), 12(1)).
 */
#include "import/import_office.h"

#include <string.h>

#include "contacts/contacts_words.h"
#include "import/import.h"

const char *
import_why_word(const char *lang, const char *why)
{
	static const struct words_label words[] = {
		{ "cells", N_("The row has more or fewer cells than there are columns.") },
		{ "utf8", N_("The cell holds bytes that are no text.") },
		{ "signs", N_("The cell holds characters that cannot be used here, such as a line break.") },
		{ "long", N_("The cell is longer than the record has room for.") },
		{ "language", N_("The language is none of this site: write fr or en.") },
		{ "country", N_("The country is not two letters, such as FR.") },
		{ "kind", N_("The relationship is neither prospect nor customer.") },
		{ "missing", N_("The mail address is missing.") },
		{ "address", N_("This is no address that mail can reach.") },
		{ "phone", N_("This is no number that can be called: write 06 12 34 56 78 or +33 6 12 34 56 78.") },
		{ "twice", N_("The address stands in an earlier row of this file.") },
		{ "own", N_("This is no value of that field.") },
		{ "registration", N_("Check this number: its digits do not fit together.") },
		{ "organisations", N_("Several organisations have this name: give the registration number in a column, or correct one of them first.") },
		{ "nameless", N_("No organisation that you may see has this number: give its name in a column, too.") },
		{ "known", N_("The address is known already.") },
		{ "several", N_("Several records have this address: correct them by hand.") },
		{ "restricted", N_("The use of this record is frozen (Article 18).") },
		{ "erased", N_("This person was erased: nothing of the row is kept.") },
		{ "objected", N_("This person has objected: nothing of the row is kept.") },
		{ "basis", N_("This is none of the legal bases: write contract, consent, legitimate interest, legal obligation, public task or vital interest.") },
		{ "source", N_("The source names a mail address: the people in the file read it.") },
		{ "date", N_("The date is not one like 2026-01-31, or it is after today.") },
		{ "unknown", N_("Nobody whom you may see has this address.") },
		{ "unstated", N_("The address is known, and neither the row nor the file says basis, source and date: nothing of it is taken.") },
		{ NULL, NULL }
	};

	return words_get(lang, words_label(words, why));
}

const char *
import_field_word(const char *lang, const char *field)
{
	return field == NULL || *field == '\0' ? "–" :
	    words_get(lang, contacts_field_word(field));
}

const char *
import_column_word(const struct import_words *w, const char *field)
{
	const struct custom_field *f = field == NULL ? NULL :
	    custom_find_name(&w->own, field);

	return f != NULL ? f->label : import_field_word(w->lang, field);
}

const char *
import_row_word(struct arena *a, const struct import_words *w,
    const char *why, const char *field)
{
	const struct custom_field *f = field == NULL ? NULL :
	    custom_find_name(&w->own, field);

	return f != NULL && strcmp(why, import_why_names[IMPORT_WHY_OWN]) ==
	    0 ? custom_wrong(a, w->lang, f) : import_why_word(w->lang, why);
}

const char *
import_policy_word(const char *lang, const char *policy)
{
	static const struct words_label words[] = {
		{ "create", N_("rejected: only new people are wanted") },
		{ "update", N_("take what is newer in the file") },
		{ "skip", N_("stay as they are") },
		{ "delete", N_("are put on a list, to be deleted") },
		{ NULL, NULL }
	};

	return words_get(lang, words_label(words, policy));
}

const char *
import_fault_word(const char *lang, const char *fault)
{
	static const struct words_label words[] = {
		{ "empty", N_("There is nobody in the file: it has no row, or only the names of its columns.") },
		{ "type", N_("This is no table: save it as CSV or as an Excel workbook (.xlsx).") },
		{ "utf16", N_("The file is Unicode text of Windows (UTF-16): save it as CSV UTF-8.") },
		{ "encoding", N_("The letters are neither UTF-8 nor Western European (Windows-1252): save it as CSV UTF-8.") },
		{ "old", N_("This is a workbook of an old Excel (.xls): save it as .xlsx or as CSV UTF-8.") },
		{ "large", N_("The file is too large: save it in several parts, each with the names of its columns.") },
		{ "rows", N_("The table has too many rows or cells: save it in several parts.") },
		{ "columns", N_("The table has more than 64 columns: remove those that are not needed.") },
		{ "long", N_("A cell is far too long: a quotation mark may be missing.") },
		{ "quote", N_("A quotation mark is in the wrong place.") },
		{ "broken", N_("The workbook is damaged: open it and save it again.") },
		{ "hostile", N_("This workbook is built in a way that could harm the program. Ask where it comes from.") },
		{ "stopped", N_("The file could not be read to its end. Save it as CSV UTF-8 and try again.") },
		{ NULL, NULL }
	};

	return words_get(lang, words_label(words, fault == NULL ? "stopped" :
	    fault));
}

const struct field_choice import_bases[] = {
	{ "contract", N_("contract") },
	{ "consent", N_("consent") },
	{ "legitimate_interest", N_("legitimate interest") },
	{ "legal_obligation", N_("legal obligation") },
	{ "public_task", N_("public task") },
	{ "vital_interest", N_("vital interest") },
	{ NULL, NULL }
};

const struct field_choice import_file_bases[] = {
	{ "none", N_("as each row says, else not known: quarantine") },
	{ "contract", N_("contract") },
	{ "consent", N_("consent") },
	{ "legitimate_interest", N_("legitimate interest") },
	{ "legal_obligation", N_("legal obligation") },
	{ "public_task", N_("public task") },
	{ "vital_interest", N_("vital interest") },
	{ NULL, NULL }
};

const char *
import_basis_word(const char *lang, const char *basis)
{
	const struct field_choice *choice;

	for (choice = import_bases; choice->value != NULL; choice++)
		if (basis != NULL && strcmp(choice->value, basis) == 0)
			return words_get(lang, choice->label);
	return "–";
}
