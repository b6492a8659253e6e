/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Invented people: lists of names, and a mixer that picks from them.
 */
#include "demo/demo.h"

#include <inttypes.h>

#include "base/address.h"
#include "contacts/contacts_search.h"

static const char *const given_fr[] = { "Élodie", "Jean-Luc", "Aïcha", "Maud",
	"Karim", "François-Xavier", "Zoé", "Noël", "Anaïs", "Loïc", "Hélène",
	"Jérôme", "Cécile", "Mathéo", "Inès", "Rémi", "Océane", "Théo",
	"Marie-Thérèse", "Yaël", "Gaëlle", "Tristan", "Clémence", "Bastien",
	"Solène", "Rachid", "Agnès", "Émile", "Apolline", "Maïwenn", "Côme",
	"Lætitia", "Stéphane", "Bérénice", "Gwenaël", "Sofía", "Łukasz",
	"Nguyễn", "Fatoumata", "Ezékiel" };
static const char *const given_en[] = { "Olivia", "Harry", "Siân", "Owen",
	"Niamh", "Declan", "Charlotte", "Rhys", "Imogen", "Callum", "Beatrice",
	"Angus", "Priya", "Tomasz", "Zadie", "Alistair", "Freya", "Jamal",
	"Eilidh", "Montgomery" };
static const char *const family_fr[] = { "Martin", "Lefèvre", "Traoré",
	"Rivière", "Benali", "de La Tour", "d'Hérouville", "Le Goff", "Nuñez",
	"Dubois-Marchand", "Nowak", "García Márquez", "Müller", "N'Diaye",
	"Saint-Exupère", "Bœuf", "L'Hermite", "Père", "van den Berghe",
	"Çelik", "Kowalczyk", "Hůlka", "Fernández y Velasco", "Châtaigner",
	"Du Plessis-Bellière", "Öztürk", "Guégan", "Roche", "Maçon", "Ó Briain",
	"Tran", "Haddad", "Jørgensen", "Straße", "Oumarou", "Vasseur",
	"Lacroix", "Poirier", "Mercier", "Garnier" };
static const char *const family_en[] = { "O'Connor", "Smith-Jones", "Evans",
	"MacGregor", "Ashworth", "Patel", "Fitzgerald", "Thornbury", "Okafor",
	"Whitlock", "St John", "Llewellyn", "Cholmondeley", "Abernathy",
	"Featherstonehaugh", "Nkemelu", "Brontë", "Hughes", "Ng", "D'Souza" };
static const char *const domains[] = { "voyageur.example", "poste.example",
	"courriel.example", "mail.example", "letters.example",
	"famille.example", "maison-bleue.example", "entreprise.example",
	"\xc3\xa9t\xc3\xa9.example", "m\xc3\xbcnchen-reisen.example" };
static const struct { const char *postcode, *city; } places_fr[] = {
	{ "44000", "Nantes" }, { "69003", "Lyon" }, { "75011", "Paris" },
	{ "67000", "Strasbourg" }, { "33000", "Bordeaux" },
	{ "59000", "Lille" }, { "35000", "Rennes" }, { "13006", "Marseille" },
	{ "29200", "Brest" }, { "06000", "Nice" },
	{ "51230", "Fère-Champenoise" }, { "64500", "Saint-Jean-de-Luz" },
};
static const struct { const char *postcode, *city; } places_en[] = {
	{ "BS1 4ST", "Bristol" }, { "EH1 1YZ", "Edinburgh" },
	{ "CF10 1EP", "Cardiff" }, { "YO1 7HH", "York" },
	{ "TR19 7AA", "Penzance" },
};
static const char *const streets_fr[] = { "rue des Trois-Fontaines",
	"quai des Brumes", "allée des Tanneurs", "place de l'Église",
	"chemin du Bois-Joli", "boulevard de la Liberté", "impasse des Lilas",
	"avenue du Général-Leclerc" };
static const char *const streets_en[] = { "Harbour Street", "Mill Lane",
	"Castle Terrace", "The Crescent", "Orchard Road" };

uint64_t
demo_random(uint64_t number, uint64_t salt, uint64_t bound)
{
	uint64_t z = (number + 1) * UINT64_C(0x9e3779b97f4a7c15) +
	    salt * UINT64_C(0xbf58476d1ce4e5b9);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return z % bound;
}

#define PICK(list, salt) ((list)[demo_random(n, (salt), LENGTH(list))])

/* Letters and dots only, out of a folded name. */
static const char *
local_part(struct arena *a, const struct demo_person *p, uint64_t n)
{
	char *text = contacts_search_key(a, arena_printf(a, "%s %s",
	    p->given_name, p->family_name)), *from, *to = text;

	for (from = text; *from != '\0'; from++) {
		if (*from == ' ' && to > text && to[-1] != '.')
			*to++ = '.';
		else if (*from >= 'a' && *from <= 'z')
			*to++ = *from;
	}
	*to = '\0';
	if (strlen(text) > 40)
		text[40] = '\0';
	while (strlen(text) > 0 && text[strlen(text) - 1] == '.')
		text[strlen(text) - 1] = '\0';
	return arena_printf(a, "%s.%" PRIu64, text, n);
}

void
demo_person(struct arena *a, uint64_t n, struct demo_person *ret_person)
{
	bool is_fr = demo_random(n, 1, 10) < 7;
	struct demo_person *p = ret_person;
	struct address address;
	size_t i;

	memset(p, 0, sizeof(*p));
	p->lang = is_fr ? "fr" : "en";
	p->given_name = is_fr ? PICK(given_fr, 2) : PICK(given_en, 2);
	p->family_name = is_fr ? PICK(family_fr, 3) : PICK(family_en, 3);
	if (demo_random(n, 4, 40) == 0)
		p->family_name = arena_printf(a, "%s-%s", p->family_name,
		    PICK(family_fr, 5));
	if (address_read(a, arena_printf(a, "%s@%s", local_part(a, p, n),
	    PICK(domains, 6)), &address) == ERR_OK) {
		p->email = address.mail;
		p->email_key = address.key;
	}
	if (demo_random(n, 7, 10) < 4)
		p->phone = arena_printf(a, "+3363998%04u",
		    (unsigned)(n % 10000));
	if (is_fr) {
		i = demo_random(n, 8, LENGTH(places_fr));
		p->postcode = places_fr[i].postcode;
		p->city = places_fr[i].city;
		p->street = arena_printf(a, "%u %s",
		    (unsigned)demo_random(n, 9, 120) + 1,
		    PICK(streets_fr, 10));
		p->country = "FR";
	} else {
		i = demo_random(n, 8, LENGTH(places_en));
		p->postcode = places_en[i].postcode;
		p->city = places_en[i].city;
		p->street = arena_printf(a, "%u %s",
		    (unsigned)demo_random(n, 9, 120) + 1,
		    PICK(streets_en, 10));
		p->country = "GB";
	}
	p->is_customer = demo_random(n, 11, 10) < 4;
	p->is_business = demo_random(n, 12, 20) == 0;
}
