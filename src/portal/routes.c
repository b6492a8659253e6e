/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Every address of the portal.
 */
#include "portal/portal.h"

#include "auth/auth_portal.h"
#include "consent/consent_portal.h"
#include "contacts/contacts_portal.h"
#include "erasure/erasure_portal.h"
#include "export/export_portal.h"
#include "forms/forms_confirm_portal.h"
#include "forms/forms_portal.h"
#include "ledger/ledger_portal.h"
#include "rights/rights_portal.h"

const struct route portal_routes[] = {
{ M_GET, "/", portal_home, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "12(2)" },
{ M_GET, "/privacy", portal_privacy, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "13" },
{ M_GET, "/accessibility", portal_accessibility, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "12(1)" },
{ M_GET, "/.well-known/security.txt", portal_security_txt, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_GET, "/healthz", portal_health, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_GET, "/readyz", portal_ready, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_GET, "/.well-known/jwks.json", ledger_portal_jwks, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "5(2)" },
{ M_GET, "/.well-known/assent/heads", ledger_portal_heads, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "5(2)" },

{ M_GET, "/subscribe/:form", forms_portal_show, NULL, LEAST_NOBODY, CSRF_ORIGINS, 0, "13" },
{ M_POST, "/subscribe/:form", forms_portal_subscribe, fields_own, LEAST_NOBODY, CSRF_ORIGINS, 0, "7(1)" },
{ M_GET, "/subscribe/:form/sent", forms_portal_sent, NULL, LEAST_NOBODY, CSRF_ORIGINS, 0, "13" },
{ M_GET, "/confirm", forms_portal_code_show, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "7(1)" },
{ M_POST, "/confirm", forms_portal_code, forms_portal_code_fields, LEAST_NOBODY, CSRF_SESSION, 0, "7(1)" },
{ M_GET, "/confirm/:token", forms_portal_confirm_show, NULL, LEAST_NOBODY, CSRF_TOKEN, 0, "7(1)" },
{ M_POST, "/confirm/:token", forms_portal_confirm, NULL, LEAST_NOBODY, CSRF_TOKEN, 0, "7(1)" },

{ M_GET, "/sign-in", auth_portal_password_show, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_POST, "/sign-in", auth_portal_password, auth_portal_password_fields, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_GET, "/sign-in/link", auth_portal_link_ask, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_POST, "/sign-in/link", auth_portal_link_send, auth_portal_link_fields, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_GET, "/sign-in/link/sent", auth_portal_link_sent, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_POST, "/sign-in/link/again", auth_portal_link_again, NULL, LEAST_IDENTITY, CSRF_SESSION, 0, "32" },
{ M_GET, "/sign-in/link/:token", auth_portal_link_show, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_POST, "/sign-in/link/:token", auth_portal_link, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_GET, "/sign-in/code", auth_portal_code_show, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_POST, "/sign-in/code", auth_portal_code, auth_portal_code_fields, LEAST_NOBODY, CSRF_SESSION, 0, "32" },
{ M_GET, "/sign-in/choose", auth_portal_choose_show, NULL, LEAST_IDENTITY, CSRF_SESSION, 0, "15" },
{ M_POST, "/sign-in/choose", auth_portal_choose, auth_portal_choose_fields, LEAST_IDENTITY, CSRF_SESSION, 0, "15" },
{ M_GET, "/sign-in/again", auth_portal_again_show, NULL, LEAST_IDENTITY, CSRF_SESSION, 0, "32" },
{ M_POST, "/sign-in/again", auth_portal_again, auth_portal_again_fields, LEAST_IDENTITY, CSRF_SESSION, 0, "32" },
{ M_POST, "/sign-out", auth_portal_out, NULL, LEAST_IDENTITY, CSRF_SESSION, 0, "32" },
{ M_GET, "/password/set", auth_portal_set_show, NULL, LEAST_RECENT, CSRF_SESSION, 0, "32" },
{ M_POST, "/password/set", auth_portal_set, auth_portal_set_fields, LEAST_RECENT, CSRF_SESSION, 0, "32" },

{ M_GET, "/preferences/:token", consent_portal_preferences, NULL, LEAST_NOBODY, CSRF_TOKEN, 0, "7(3)" },
{ M_POST, "/preferences/:token", consent_portal_stop, consent_portal_stop_fields, LEAST_NOBODY, CSRF_TOKEN, 0, "7(3)" },
{ M_GET, "/unsubscribe/:token", consent_portal_unsubscribe_show, NULL, LEAST_NOBODY, CSRF_TOKEN, 0, "21(3)" },
{ M_POST, "/unsubscribe/:token", consent_portal_unsubscribe, fields_own, LEAST_NOBODY, CSRF_TOKEN, 0, "21(3)" },

{ M_GET, "/account", contacts_portal_account, NULL, LEAST_PERSON, CSRF_SESSION, 0, "15(1)" },
{ M_GET, "/account/activity", contacts_portal_activity, NULL, LEAST_PERSON, CSRF_SESSION, 0, "15(1)(c)" },
{ M_GET, "/account/data", contacts_portal_data, NULL, LEAST_PERSON, CSRF_SESSION, 0, "16" },
{ M_POST, "/account/data", contacts_portal_edit, contacts_portal_data_fields, LEAST_PERSON, CSRF_SESSION, 0, "16" },
{ M_POST, "/account/data/address", contacts_portal_address, contacts_portal_address_fields, LEAST_RECENT, CSRF_SESSION, 0, "16" },
{ M_GET, "/account/data/address/sent", contacts_portal_address_sent, NULL, LEAST_PERSON, CSRF_SESSION, 0, "16" },
{ M_GET, "/account/data/reach/new", contacts_portal_reach_new, NULL, LEAST_PERSON, CSRF_SESSION, 0, "16" },
{ M_POST, "/account/data/reach", contacts_portal_reach_add, contacts_reach_new_fields, LEAST_PERSON, CSRF_SESSION, 0, "16" },
{ M_GET, "/account/data/reach/:reach", contacts_portal_reach_show, NULL, LEAST_PERSON, CSRF_SESSION, 0, "16" },
{ M_POST, "/account/data/reach/:reach", contacts_portal_reach_change, contacts_reach_change_fields, LEAST_PERSON, CSRF_SESSION, 0, "16" },
{ M_POST, "/account/data/reach/:reach/remove", contacts_portal_reach_remove, NULL, LEAST_PERSON, CSRF_SESSION, 0, "16" },
{ M_POST, "/account/data/reach/:reach/main", contacts_portal_reach_lead, NULL, LEAST_PERSON, CSRF_SESSION, 0, "16" },
{ M_GET, "/address/:token", contacts_portal_address_show, NULL, LEAST_NOBODY, CSRF_TOKEN, 0, "16" },
{ M_POST, "/address/:token", contacts_portal_address_confirm, NULL, LEAST_NOBODY, CSRF_TOKEN, 0, "16" },
{ M_GET, "/account/consents", consent_portal_consents, NULL, LEAST_PERSON, CSRF_SESSION, 0, "7(3)" },
{ M_POST, "/account/consents", consent_portal_choose, consent_portal_choice_fields, LEAST_PERSON, CSRF_SESSION, 0, "7(3)" },
{ M_GET, "/account/export", export_portal_list, NULL, LEAST_PERSON, CSRF_SESSION, 0, "15(3)" },
{ M_POST, "/account/export/access", export_portal_access, NULL, LEAST_PERSON, CSRF_SESSION, 0, "15(3)" },
{ M_POST, "/account/export/portable", export_portal_portable, NULL, LEAST_PERSON, CSRF_SESSION, 0, "20(1)" },
{ M_GET, "/account/export/:id", export_portal_download, NULL, LEAST_PERSON, CSRF_SESSION, 0, "15(3)" },
{ M_GET, "/account/export/:id/progress", export_portal_progress, NULL, LEAST_PERSON, CSRF_SESSION, 0, "12(1)" },
{ M_GET, "/account/export/:id/state", export_portal_state, NULL, LEAST_PERSON, CSRF_SESSION, 0, "12(1)" },
{ M_GET, "/rights", rights_portal_new, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "12(2)" },
{ M_POST, "/rights", rights_portal_file, rights_portal_form_fields, LEAST_NOBODY, CSRF_SESSION, 0, "12(2)" },
{ M_GET, "/rights/filed", rights_portal_filed, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "12(3)" },
{ M_GET, "/account/requests", rights_portal_list, NULL, LEAST_PERSON, CSRF_SESSION, 0, "12(3)" },
{ M_POST, "/account/requests", rights_portal_ask, rights_portal_own_fields, LEAST_PERSON, CSRF_SESSION, 0, "12(2)" },
{ M_GET, "/account/requests/:id", rights_portal_show, NULL, LEAST_PERSON, CSRF_SESSION, 0, "12(3)" },
{ M_GET, "/account/restriction", rights_portal_restriction, NULL, LEAST_PERSON, CSRF_SESSION, 0, "18" },
{ M_POST, "/account/restriction", rights_portal_restrict, rights_portal_restriction_fields, LEAST_PERSON, CSRF_SESSION, 0, "18" },
{ M_POST, "/account/restriction/end", rights_portal_lift, NULL, LEAST_PERSON, CSRF_SESSION, 0, "18" },
{ M_GET, "/receipts/verify", erasure_portal_verify_show, NULL, LEAST_NOBODY, CSRF_SESSION, 0, "5(2)" },
{ M_POST, "/receipts/verify", erasure_portal_verify, erasure_portal_verify_fields, LEAST_NOBODY, CSRF_SESSION, 0, "5(2)" },
{ M_GET, "/account/erasure", erasure_portal_start, NULL, LEAST_PERSON, CSRF_SESSION, 0, "17" },
{ M_POST, "/account/erasure", erasure_portal_ask, NULL, LEAST_PERSON, CSRF_SESSION, 0, "17" },
{ M_GET, "/account/erasure/check", erasure_portal_check, NULL, LEAST_PERSON, CSRF_SESSION, 0, "17" },
{ M_POST, "/account/erasure/again", erasure_portal_again, NULL, LEAST_PERSON, CSRF_SESSION, 0, "17" },
{ M_POST, "/account/erasure/cancel", erasure_portal_cancel, NULL, LEAST_PERSON, CSRF_SESSION, 0, "17" },
{ M_GET, "/account/erasure/cancelled", erasure_portal_cancelled, NULL, LEAST_PERSON, CSRF_SESSION, 0, "17" },
{ M_POST, "/account/erasure/now", erasure_portal_now, NULL, LEAST_PERSON, CSRF_SESSION, 0, "17" },
{ M_GET, "/erasure/confirm/:token", erasure_portal_confirm_show, NULL, LEAST_NOBODY, CSRF_TOKEN, 0, "17" },
{ M_POST, "/erasure/confirm/:token", erasure_portal_confirm, NULL, LEAST_NOBODY, CSRF_TOKEN, 0, "17" },
{ M_GET, "/account/security", auth_portal_security, NULL, LEAST_PERSON, CSRF_SESSION, 0, "32" },
{ M_POST, "/account/security/end", auth_portal_end, auth_portal_end_fields, LEAST_PERSON, CSRF_SESSION, 0, "32" },
{ M_POST, "/account/security/end-others", auth_portal_end_others, NULL, LEAST_PERSON, CSRF_SESSION, 0, "32" },
{ M_POST, "/account/security/stop-address", auth_portal_stop_address, NULL, LEAST_PERSON, CSRF_SESSION, 0, "16" },

{ .path = NULL }
};
