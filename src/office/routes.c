/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Every address of the back-office.
 */
#include "office/office.h"

#include "auth/auth_office.h"
#include "contacts/contacts_office.h"
#include "erasure/erasure_office.h"
#include "export/export_office.h"
#include "import/import_office.h"
#include "lists/lists_office.h"
#include "outbox/outbox_office.h"
#include "rights/rights_office.h"

const struct route office_routes[] = {
{ M_GET, "/", office_home, NULL, LEAST_STAFF, CSRF_SESSION, 0, "12(3)" },
{ M_POST, "/tasks/:id", office_settle, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_DECIDE, "24" },
{ M_GET, "/healthz", office_health, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_GET, "/readyz", office_ready, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "32" },

{ M_GET, "/sign-in", auth_office_password_show, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_POST, "/sign-in", auth_office_password, auth_office_password_fields, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_GET, "/sign-in/code", auth_office_code_show, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_POST, "/sign-in/code", auth_office_code, auth_office_code_fields, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_GET, "/sign-in/again", auth_office_again_show, NULL, LEAST_STAFF, CSRF_SESSION, 0, "32" },
{ M_POST, "/sign-in/again", auth_office_again, auth_office_again_fields, LEAST_STAFF, CSRF_SESSION, 0, "32" },
{ M_GET, "/password/invite/:token", auth_office_join_show, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "32(4)" },
{ M_POST, "/password/invite/:token", auth_office_join, auth_office_join_fields, LEAST_NOBODY, CSRF_SESSION, 0, "32(4)" },
{ M_GET, "/access", auth_office_access, NULL, LEAST_STAFF_RECENT, CSRF_SESSION, 0, "32" },
{ M_POST, "/access/sessions", auth_office_end, NULL, LEAST_STAFF_RECENT, CSRF_SESSION, 0, "32" },
{ M_POST, "/password/recovery", auth_office_recovery, NULL, LEAST_STAFF_RECENT, CSRF_SESSION, 0, "32" },
{ M_POST, "/password/change", auth_office_change, auth_office_change_fields, LEAST_STAFF_RECENT, CSRF_SESSION, 0, "32" },
{ M_POST, "/sign-out", auth_office_out, NULL, LEAST_STAFF, CSRF_SESSION, 0, "32" },

{ M_GET, "/contacts", lists_office_contacts, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_PEOPLE, "5(1)(f)" },
{ M_POST, "/contacts", lists_office_search, lists_office_search_fields, LEAST_STAFF, CSRF_SESSION, OFFICE_PEOPLE, "25" },
{ M_GET, "/lists/filter", lists_office_filter_show, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_PEOPLE, "25" },
{ M_POST, "/lists/filter", lists_office_filter, fields_own, LEAST_STAFF, CSRF_SESSION, OFFICE_PEOPLE, "25" },
{ M_GET, "/lists/views", lists_office_view_show, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_PEOPLE, "25" },
{ M_POST, "/lists/views", lists_office_view, lists_office_view_fields, LEAST_STAFF, CSRF_SESSION, OFFICE_PEOPLE, "25" },
{ M_POST, "/lists/views/:id/delete", lists_office_view_delete, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_PEOPLE, "25" },
{ M_POST, "/lists/snapshots", lists_office_snapshot, lists_office_snapshot_fields, LEAST_STAFF, CSRF_SESSION, OFFICE_PEOPLE, "25" },
{ M_GET, "/lists/snapshots/:id", lists_office_snapshot_show, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_PEOPLE, "25" },
{ M_GET, "/lists/snapshots/:id/state", lists_office_snapshot_state, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_PEOPLE, "25" },
{ M_POST, "/lists/snapshots/:id/cancel", lists_office_cancel, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_PEOPLE, "25" },
{ M_GET, "/contacts/:id", contacts_office_show, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_PEOPLE, "15(1)" },
{ M_GET, "/contacts/:id/edit", contacts_office_edit_show, NULL, LEAST_STAFF, CSRF_SESSION, CONTACTS_EDITORS, "16" },
{ M_POST, "/contacts/:id/edit", contacts_office_edit, contacts_office_edit_fields, LEAST_STAFF, CSRF_SESSION, CONTACTS_EDITORS, "16" },
{ M_GET, "/contacts/:id/labels", contacts_office_labels, NULL, LEAST_STAFF, CSRF_SESSION, CONTACTS_EDITORS, "5(1)(c)" },
{ M_POST, "/contacts/:id/labels", contacts_office_label, contacts_office_label_fields, LEAST_STAFF, CSRF_SESSION, CONTACTS_EDITORS, "5(1)(c)" },
{ M_POST, "/contacts/:id/labels/remove", contacts_office_unlabel, contacts_office_unlabel_fields, LEAST_STAFF, CSRF_SESSION, CONTACTS_EDITORS, "5(1)(c)" },
{ M_POST, "/contacts/:id/interactions", contacts_office_note, contacts_office_interaction_fields, LEAST_STAFF, CSRF_SESSION, CONTACTS_EDITORS, "5(1)(e)" },
{ M_POST, "/contacts/:id/copy", export_office_send, NULL, LEAST_STAFF, CSRF_SESSION, EXPORT_TAKERS, "15(3)" },
{ M_GET, "/contacts/:id/file", import_office_return_new, NULL, LEAST_STAFF, CSRF_SESSION, CONTACTS_EDITORS, "16" },
{ M_POST, "/contacts/:id/file", import_office_return_upload, import_office_upload_fields, LEAST_STAFF, CSRF_SESSION, CONTACTS_EDITORS, "16" },
{ M_GET, "/contacts/:id/file/:file", import_office_return_show, NULL, LEAST_STAFF, CSRF_SESSION, CONTACTS_EDITORS, "16" },
{ M_GET, "/contacts/:id/file/:file/state", import_office_return_state, NULL, LEAST_STAFF, CSRF_SESSION, CONTACTS_EDITORS, "16" },
{ M_POST, "/contacts/:id/file/:file", import_office_return, fields_own, LEAST_STAFF, CSRF_SESSION, CONTACTS_EDITORS, "16" },
{ M_POST, "/contacts/:id/file/:file/cancel", import_office_return_cancel, NULL, LEAST_STAFF, CSRF_SESSION, CONTACTS_EDITORS, "5(1)(c)" },
{ M_GET, "/exports", export_office_list, NULL, LEAST_STAFF, CSRF_SESSION, EXPORT_TAKERS, "5(1)(c)" },
{ M_GET, "/exports/new", export_office_new, NULL, LEAST_STAFF, CSRF_SESSION, EXPORT_TAKERS, "5(1)(c)" },
{ M_POST, "/exports", export_office_ask, export_office_fields, LEAST_STAFF, CSRF_SESSION, EXPORT_TAKERS, "5(1)(c)" },
{ M_GET, "/exports/:id", export_office_show, NULL, LEAST_STAFF, CSRF_SESSION, EXPORT_TAKERS, "5(1)(f)" },
{ M_GET, "/exports/:id/state", export_office_state, NULL, LEAST_STAFF, CSRF_SESSION, EXPORT_TAKERS, "5(1)(f)" },
{ M_POST, "/exports/:id/cancel", export_office_cancel, NULL, LEAST_STAFF, CSRF_SESSION, EXPORT_TAKERS, "5(1)(e)" },
{ M_GET, "/exports/:id/download", export_office_download, NULL, LEAST_STAFF, CSRF_SESSION, EXPORT_TAKERS, "5(1)(f)" },
{ M_GET, "/requests", rights_office_list, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_CASES, "12(3)" },
{ M_GET, "/requests/:id", rights_office_show, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_CASES, "12(3)" },
{ M_POST, "/requests/:id/answer", rights_office_answer, rights_office_answer_fields, LEAST_STAFF, CSRF_SESSION, OFFICE_DECIDE, "12(3)" },
{ M_POST, "/requests/:id/refuse", rights_office_refuse, rights_office_refuse_fields, LEAST_STAFF, CSRF_SESSION, OFFICE_DECIDE, "12(4)" },
{ M_POST, "/requests/:id/extend", rights_office_extend, rights_office_extend_fields, LEAST_STAFF, CSRF_SESSION, OFFICE_DECIDE, "12(3)" },
{ M_POST, "/requests/:id/assign", rights_office_assign, fields_own, LEAST_STAFF, CSRF_SESSION, OFFICE_DECIDE, "24" },
{ M_POST, "/requests/:id/remind", rights_office_remind, fields_own, LEAST_STAFF, CSRF_SESSION, OFFICE_DECIDE, "12(2)" },
{ M_POST, "/requests/:id/lift", rights_office_lift, rights_office_lift_fields, LEAST_STAFF, CSRF_SESSION, OFFICE_DECIDE, "18(3)" },
{ M_GET, "/requests/:id/task", erasure_office_task, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_DECIDE | ROLE_BIT(ROLE_AUDITOR), "17(1)" },
{ M_POST, "/requests/:id/task", erasure_office_mend, erasure_office_mend_fields, LEAST_STAFF, CSRF_SESSION, OFFICE_DECIDE, "17(1)" },
{ M_POST, "/requests/:id/task/look", erasure_office_look, erasure_office_look_fields, LEAST_STAFF, CSRF_SESSION, OFFICE_DECIDE, "17(1)" },
{ M_GET, "/erasures/:id/task", erasure_office_bare, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_DECIDE | ROLE_BIT(ROLE_AUDITOR), "17(1)" },
{ M_POST, "/erasures/:id/task", erasure_office_bare_mend, erasure_office_mend_fields, LEAST_STAFF, CSRF_SESSION, OFFICE_DECIDE, "17(1)" },
{ M_POST, "/erasures/:id/task/look", erasure_office_bare_look, erasure_office_look_fields, LEAST_STAFF, CSRF_SESSION, OFFICE_DECIDE, "17(1)" },
{ M_GET, "/imports", import_office_list, NULL, LEAST_STAFF, CSRF_SESSION, IMPORT_BRINGERS, "5(2)" },
{ M_POST, "/imports", import_office_upload, import_office_upload_fields, LEAST_STAFF, CSRF_SESSION, IMPORT_BRINGERS, "5(1)(d)" },
{ M_GET, "/imports/new", import_office_new, NULL, LEAST_STAFF, CSRF_SESSION, IMPORT_BRINGERS, "5(1)(d)" },
{ M_GET, "/imports/:id", import_office_show, NULL, LEAST_STAFF, CSRF_SESSION, IMPORT_BRINGERS, "5(2)" },
{ M_GET, "/imports/:id/state", import_office_state, NULL, LEAST_STAFF, CSRF_SESSION, IMPORT_BRINGERS, "5(2)" },
{ M_GET, "/imports/:id/columns", import_office_columns_show, NULL, LEAST_STAFF, CSRF_SESSION, IMPORT_BRINGERS, "5(1)(d)" },
{ M_POST, "/imports/:id/columns", import_office_columns, fields_own, LEAST_STAFF, CSRF_SESSION, IMPORT_BRINGERS, "6(1)" },
{ M_POST, "/imports/:id/compare", import_office_compare, NULL, LEAST_STAFF, CSRF_SESSION, IMPORT_BRINGERS, "16" },
{ M_POST, "/imports/:id/start", import_office_start, NULL, LEAST_STAFF, CSRF_SESSION, IMPORT_BRINGERS, "5(1)(d)" },
{ M_POST, "/imports/:id/cancel", import_office_cancel, NULL, LEAST_STAFF, CSRF_SESSION, IMPORT_BRINGERS, "5(1)(c)" },
{ M_POST, "/imports/:id/undo", import_office_undo, NULL, LEAST_STAFF, CSRF_SESSION, IMPORT_BRINGERS, "5(1)(d)" },
{ M_GET, "/imports/:id/rejects", import_office_rejects, NULL, LEAST_STAFF, CSRF_SESSION, IMPORT_BRINGERS, "5(1)(d)" },
{ M_GET, "/audit", office_audit, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_AUDIT, "5(2)" },
{ M_GET, "/mail", outbox_office_list, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_MAIL, "12(3)" },
{ M_POST, "/mail/seen", outbox_office_seen, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_MAIL & ~ROLE_BIT(ROLE_AUDITOR), "24" },
{ M_GET, "/staff", auth_office_staff, NULL, LEAST_STAFF, CSRF_SESSION, OFFICE_STAFF, "32(4)" },
{ M_GET, "/staff/invite", auth_office_invite_show, NULL, LEAST_STAFF_RECENT, CSRF_SESSION, OFFICE_ACCOUNTS, "32(4)" },
{ M_POST, "/staff/invite", auth_office_invite, fields_own, LEAST_STAFF_RECENT, CSRF_SESSION, OFFICE_ACCOUNTS, "32(4)" },
{ M_GET, "/staff/:id", auth_office_member, NULL, LEAST_STAFF_RECENT, CSRF_SESSION, OFFICE_ACCOUNTS, "32(4)" },
{ M_POST, "/staff/:id/place", auth_office_place, fields_own, LEAST_STAFF_RECENT, CSRF_SESSION, ROLE_BIT(ROLE_ADMIN), "32(4)" },
{ M_POST, "/staff/:id/disable", auth_office_disable, NULL, LEAST_STAFF_RECENT, CSRF_SESSION, OFFICE_ACCOUNTS, "32(4)" },
{ M_POST, "/staff/:id/invite", auth_office_reset, NULL, LEAST_STAFF_RECENT, CSRF_SESSION, OFFICE_ACCOUNTS, "32(4)" },

{ .path = NULL }
};
