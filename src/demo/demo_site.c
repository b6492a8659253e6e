/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The demonstration's controller: what it is called, why it processes what,
 * its notice, its form, how long it keeps things.
 * Law: GDPR 13, 14; LAW R11, R30 to R33.
 */
#include "demo/demo.h"

#include "base/clock.h"
#include "base/tree.h"
#include "db/queries.h"

struct purpose {
	const char *code;
	const char *basis;
	bool is_commercial;
	uint64_t months;
	const char *channels[4];
	const char *title_fr, *wording_fr, *title_en, *wording_en;
};

static const struct purpose purposes[] = {
	{ "ideas", "consent", true, 36, { "email", "sms", "post" },
	  "Idées de voyage",
	  "J’accepte de recevoir par ce moyen les idées de voyage de Voyages Démo, une fois par mois.",
	  "Travel ideas",
	  "I agree to receive Voyages Démo’s travel ideas by this means, once a month." },
	{ "offers", "consent", true, 36, { "email", "sms", "phone" },
	  "Offres de dernière minute",
	  "J’accepte de recevoir par ce moyen les offres de dernière minute de Voyages Démo, deux fois par mois au plus.",
	  "Last-minute offers",
	  "I agree to receive Voyages Démo’s last-minute offers by this means, twice a month at most." },
	{ "survey", "consent", false, 12, { "email" },
	  "Enquête après voyage",
	  "J’accepte que Voyages Démo me demande par ce moyen, une fois après chaque voyage, ce que j’en ai pensé.",
	  "After-trip survey",
	  "I agree that Voyages Démo asks me by this means, once after each trip, what I thought of it." },
	{ "trips", "contract", false, 36, { NULL },
	  "Organisation de vos voyages",
	  "Voyages Démo réserve et organise les voyages que vous lui commandez.",
	  "Organising your trips",
	  "Voyages Démo books and organises the trips that you order." },
};

static const char notice_fr[] = "["
"{\"key\":\"controller\",\"heading\":\"Qui est responsable\",\"text\":\"Voyages Démo SAS, 12 quai des Brumes, 44000 Nantes.\"},"
"{\"key\":\"dpo\",\"heading\":\"Déléguée à la protection des données\",\"text\":\"Camille Le Goff, dpo@voyages-demo.example.\"},"
"{\"key\":\"purposes\",\"heading\":\"Pourquoi, et sur quelle base\",\"text\":\"Vous écrire ce que vous avez choisi (consentement, article 6(1)(a)) ; organiser vos voyages (contrat, article 6(1)(b)) ; tenir nos comptes (obligation légale, article 6(1)(c)).\"},"
"{\"key\":\"interests\",\"heading\":\"Intérêts légitimes\",\"text\":\"Aucun traitement ne repose sur un intérêt légitime.\"},"
"{\"key\":\"recipients\",\"heading\":\"Qui reçoit ces données\",\"text\":\"Notre équipe et notre prestataire d’envoi Courrier Clair (Rennes, France). Personne d’autre.\"},"
"{\"key\":\"transfers\",\"heading\":\"Hors de l’Union européenne\",\"text\":\"Aucun transfert : vos données restent dans l’Union européenne.\"},"
"{\"key\":\"retention\",\"heading\":\"Combien de temps\",\"text\":\"Prospects : 3 ans après votre dernier contact. Clients : 3 ans après la fin de la relation. Factures : 10 ans (Code de commerce L123-22), dans une archive à part.\"},"
"{\"key\":\"rights\",\"heading\":\"Vos droits\",\"text\":\"Voir, corriger, emporter, limiter, effacer vos données, vous opposer à leur usage : dans votre espace, ou par le formulaire des droits.\"},"
"{\"key\":\"withdrawal\",\"heading\":\"Retirer votre accord\",\"text\":\"À tout moment, aussi simplement que vous l’avez donné : par le lien de chaque message ou dans votre espace.\"},"
"{\"key\":\"complaint\",\"heading\":\"Réclamation\",\"text\":\"Auprès de la CNIL, www.cnil.fr/plaintes.\"},"
"{\"key\":\"mandatory\",\"heading\":\"Ce qui est nécessaire\",\"text\":\"Seule l’adresse e-mail est nécessaire pour vous écrire.\"},"
"{\"key\":\"decisions\",\"heading\":\"Décisions automatisées\",\"text\":\"Aucune décision automatisée, aucun profilage.\"}]";

static const char notice_en[] = "["
"{\"key\":\"controller\",\"heading\":\"Who is responsible\",\"text\":\"Voyages Démo SAS, 12 quai des Brumes, 44000 Nantes, France.\"},"
"{\"key\":\"dpo\",\"heading\":\"Data protection officer\",\"text\":\"Camille Le Goff, dpo@voyages-demo.example.\"},"
"{\"key\":\"purposes\",\"heading\":\"What for, and on which basis\",\"text\":\"Writing to you what you chose (consent, Article 6(1)(a)); organising your trips (contract, Article 6(1)(b)); keeping our accounts (legal obligation, Article 6(1)(c)).\"},"
"{\"key\":\"interests\",\"heading\":\"Legitimate interests\",\"text\":\"No processing rests on a legitimate interest.\"},"
"{\"key\":\"recipients\",\"heading\":\"Who receives the data\",\"text\":\"Our team and our mailing provider Courrier Clair (Rennes, France). Nobody else.\"},"
"{\"key\":\"transfers\",\"heading\":\"Outside the European Union\",\"text\":\"No transfer: your data stays in the European Union.\"},"
"{\"key\":\"retention\",\"heading\":\"How long\",\"text\":\"Prospects: 3 years after your last contact. Customers: 3 years after the end of the relationship. Invoices: 10 years (Code de commerce L123-22), in an archive apart.\"},"
"{\"key\":\"rights\",\"heading\":\"Your rights\",\"text\":\"See, correct, take away, restrict, erase your data, and object to its use: in your space, or by the form for rights.\"},"
"{\"key\":\"withdrawal\",\"heading\":\"Withdrawing your consent\",\"text\":\"At any time, as easily as you gave it: by the link in each message, or in your space.\"},"
"{\"key\":\"complaint\",\"heading\":\"Complaint\",\"text\":\"To the CNIL, www.cnil.fr/plaintes.\"},"
"{\"key\":\"mandatory\",\"heading\":\"What is necessary\",\"text\":\"Only the e-mail address is necessary to write to you.\"},"
"{\"key\":\"decisions\",\"heading\":\"Automated decisions\",\"text\":\"No automated decision, no profiling.\"}]";

static enum err
load_purposes(struct demo *d)
{
	struct q_site_purpose_insert purpose;
	struct q_site_purpose_version_insert version;
	const struct purpose *p;
	size_t i, j;
	enum err e;

	for (i = 0; i < LENGTH(purposes); i++) {
		p = &purposes[i];
		if ((e = q_site_purpose_insert(d->db, d->arena, p->code,
		    &purpose)) != ERR_OK ||
		    (e = q_site_purpose_version_insert(d->db, d->arena, purpose.id,
		    1, p->basis, p->is_commercial, false, p->months, d->now_us,
		    &version)) != ERR_OK ||
		    (e = q_site_purpose_text_insert(d->db, version.id, "fr",
		    p->title_fr, p->wording_fr, "", NULL)) != ERR_OK ||
		    (e = q_site_purpose_text_insert(d->db, version.id, "en",
		    p->title_en, p->wording_en, "", NULL)) != ERR_OK)
			return e;
		for (j = 0; j < LENGTH(p->channels) &&
		    p->channels[j] != NULL; j++)
			if ((e = q_site_purpose_channel_insert(d->db, version.id,
			    p->channels[j], NULL)) != ERR_OK)
				return e;
		d->purpose_ids[i] = purpose.id;
		d->purpose_version_ids[i] = version.id;
	}
	return ERR_OK;
}

static const char *
definition(struct demo *d)
{
	json_t *choices = json_array(), *channels, *root;
	const char *text;
	size_t i, j;

	for (i = 0; i < 2; i++) {
		channels = json_array();
		for (j = 0; j < LENGTH(purposes[i].channels) &&
		    purposes[i].channels[j] != NULL; j++)
			json_array_append_new(channels,
			    json_string(purposes[i].channels[j]));
		json_array_append_new(choices, json_pack("{s:I, s:o}",
		    "purpose_version", (json_int_t)d->purpose_version_ids[i],
		    "channels", channels));
	}
	root = json_pack("{s:[s, s, s, s], s:o, s:{s:{s:s, s:s, s:s},"
	    " s:{s:s, s:s, s:s}}}", "fields", "email", "phone", "given_name",
	    "family_name", "choices", choices, "texts",
	    "fr", "title", "Recevoir nos lettres de voyage", "intro",
	    "Choisissez ce que vous voulez recevoir, et par quel moyen. Vous pourrez changer d’avis à tout moment.",
	    "mandatory",
	    "Seule l’adresse e-mail est nécessaire pour vous écrire. Le reste est facultatif.",
	    "en", "title", "Receive our travel letters", "intro",
	    "Choose what you want to receive, and by which means. You can change your mind at any time.",
	    "mandatory",
	    "Only the e-mail address is necessary to write to you. The rest is optional.");
	text = tree_text(d->arena, root, JSON_COMPACT);
	json_decref(root);
	return text;
}

static enum err
load_form(struct demo *d)
{
	const char *own = d->config->portal_url;
	struct q_site_form_version_insert version;
	struct q_site_notice_insert notice;
	struct q_site_form_insert form;
	enum err e;

	if ((e = q_site_notice_insert(d->db, d->arena, 1, d->now_us, &notice)) !=
	    ERR_OK ||
	    (e = q_site_notice_text_insert(d->db, notice.id, "fr", notice_fr,
	    NULL)) != ERR_OK ||
	    (e = q_site_notice_text_insert(d->db, notice.id, "en", notice_en,
	    NULL)) != ERR_OK ||
	    (e = q_site_form_insert(d->db, d->arena, "newsletter", &form)) !=
	    ERR_OK ||
	    (e = q_site_form_version_insert(d->db, d->arena, form.id, 1,
	    notice.id, definition(d), d->now_us, &version)) != ERR_OK ||
	    (e = q_site_form_publish(d->db, version.id, form.id, NULL)) !=
	    ERR_OK)
		return e;
	d->notice_id = notice.id;
	d->form_version_id = version.id;
	return q_site_form_origin_insert(d->db, form.id, own, NULL);
}

static enum err
load_rules(struct demo *d)
{
	static const struct { const char *category, *law, *start, *action;
		uint64_t months; } rules[] = {
		{ "prospect", "CNIL, référentiel gestion commerciale (2022) : 3 ans",
		  "last_person_contact", "erase", 36 },
		{ "customer", "CNIL, référentiel gestion commerciale (2022) : 3 ans",
		  "relationship_end", "erase", 36 },
		{ "order", "Code de commerce L123-22 : 10 ans", "year_end",
		  "archive", 120 },
		{ "request", "RGPD 5(1)(e) : 1 an", "collected", "erase", 12 },
		{ "rights_request", "Code civil 2224 : 5 ans", "answered",
		  "erase", 60 },
	};
	size_t i;
	enum err e;

	for (i = 0; i < LENGTH(rules); i++)
		if ((e = q_site_rule_insert(d->db, rules[i].category, rules[i].law,
		    rules[i].start, rules[i].months, rules[i].action,
		    NULL)) != ERR_OK)
			return e;
	return ERR_OK;
}

static enum err
load_in_tx(struct db *db, void *arg)
{
	struct demo *d = arg;
	enum err e;

	if ((e = q_site_insert(db, "Voyages Démo", "Voyages Démo SAS",
	    "12 quai des Brumes, 44000 Nantes", "bonjour@voyages-demo.example",
	    "Camille Le Goff", "dpo@voyages-demo.example", "CNIL",
	    "https://www.cnil.fr/plaintes", "FR", 3, 30, 14, NULL)) != ERR_OK)
		return e;	/* ERR_CONFLICT: there is a site already */
	if ((e = load_purposes(d)) != ERR_OK || (e = load_form(d)) != ERR_OK)
		return e;
	return load_rules(d);
}

enum err
demo_site_load(struct demo *d)
{
	return tx_run(d->db, NULL, d->arena, load_in_tx, d, NULL);
}
