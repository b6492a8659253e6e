// SPDX-License-Identifier: EUPL-1.2
// A purpose is made, checked, changed so that people are asked again, and
// closed; a customer who never said yes reads why we write, and says no.
import { optIn, signIn } from "./2-opt-in.mjs";
import { search, signInStaff } from "./6-office.mjs";

const CHECK = "Check it", STORE = "Store it";

async function choose(person, choice, answer) {
	await person.page.locator("form.choice", {
		has: person.page.locator(`input[value="${choice}"]`) })
	    .locator(`button[value="${answer}"]`).click();
	await person.arrive();
}

/* The portal's workers read again what is offered, once a second. */
async function offered(person) {
	await new Promise((r) => setTimeout(r, 1100));
	await person.open("/account/consents");
}

async function typeWords(dpo, words) {
	for (const lang of ["fr", "en"]) {
		await dpo.page.locator(`#f-title_${lang}`).fill("Carnets");
		await dpo.page.locator(`#f-wording_${lang}`).fill(words);
	}
}

/* Back at the purpose with another wording, and whether that asks again. */
async function change(dpo, words, material) {
	await typeWords(dpo, words);
	await dpo.page.locator(`#f-material-${material}`).check();
	await dpo.press(CHECK);
}

async function tellNew(world, dpo, code) {
	await dpo.open("/settings/purposes");
	await dpo.look("purposes");
	await dpo.follow("New purpose");
	await dpo.look("purpose-new");
	await dpo.page.locator("#f-basis").selectOption("consent");
	await dpo.press(CHECK);
	world.has("what is missing is said", await dpo.text(), dpo.say(
	    "Choose at least one channel."));
	await dpo.look("purpose-wrong");
	await dpo.page.locator("#f-code").fill(code);
	await dpo.page.locator("#f-commercial-yes").check();
	await dpo.page.locator("#f-soft-yes").check();
	await dpo.page.locator("#f-email-yes").check();
	await dpo.page.locator("#f-sms-yes").check();
	await typeWords(dpo, "J’accepte de recevoir les carnets de voyage.");
	await dpo.press(CHECK);
	world.has("a new purpose is checked first", await dpo.h1(), dpo.say(
	    "Check before it is stored"));
	await dpo.look("purpose-check-new");
	await dpo.press(STORE);
	world.isEqual("then it has a page of its own", "Carnets",
	    await dpo.h1());
	await dpo.look("purpose");
}

async function tellChanges(world, dpo, person, code) {
	await offered(person);
	await choose(person, code + ".sms", "yes");
	await change(dpo, "J’accepte de recevoir les carnets.", "no");
	await dpo.look("purpose-check-same");
	await dpo.press(STORE);
	await change(dpo, "J’accepte de recevoir les carnets et les récits.",
	    "yes");
	world.has("the check says how many are asked again", await dpo.text(),
	    "1 personne");
	await dpo.look("purpose-check-material");
	await offered(person);
	await dpo.press(STORE);
	await choose(person, code + ".email", "yes");
	world.has("a yes to words that are gone is not taken",
	    await person.text(), person.say("The text changed while you were " +
	    "reading it, so your yes was not recorded. Read it once more " +
	    "below, then choose."));
	await person.look("consents-changed");
}

async function tellSale(world, dpo, person, code, address) {
	await dpo.open("/contacts");
	await search(dpo, address);
	await dpo.page.locator("main tbody th a").first().click();
	await dpo.page.waitForLoadState();
	const record = dpo.path();
	await dpo.open(`${record}/sale?purpose=${code}`);
	await dpo.look("sale-prospect");
	await dpo.open(`${record}/edit`);
	await dpo.page.locator('[name="kind"]').selectOption("customer");
	await dpo.press("Save");
	await dpo.open(`${record}/sale?purpose=${code}`);
	await dpo.press("Note the sale", dpo.page.locator("main"));
	world.has("a fact that is missing is said", await dpo.text(), dpo.say(
	    "If this is not so, they can only be written to after a yes."));
	await dpo.look("sale-wrong");
	await dpo.page.locator("#f-sold_on").fill("2026-05-02");
	for (const fact of ["similar", "address", "offered"])
		await dpo.page.locator(`#f-${fact}-yes`).check();
	await dpo.press("Note the sale", dpo.page.locator("main"));
	world.has("the choices say that we may write", await dpo.text(),
	    dpo.say("customer: may be written to until they say no"));
	await dpo.look("choices-customer");
	await dpo.open(`${record}/sale?purpose=${code}`);
	await dpo.look("sale-noted");
	await offered(person);
	world.has("the customer reads why we write", await person.text(),
	    person.say("Until you say no"));
	await person.look("consents-customer");
	await choose(person, code + ".email", "no");
	world.isTrue("and says no", !(await person.text()).includes(
	    person.say("Until you say no")));
}

export async function tell(world) {
	const code = `carnets-${Date.now() % 1000000}`;
	const dpo = await signInStaff(world, "dpo");
	const { person, address } = await optIn(world, "fr", "carnet");
	await signIn(world, person, address);
	await tellNew(world, dpo, code);
	const path = dpo.path();
	await tellChanges(world, dpo, person, code);
	await tellSale(world, dpo, person, code, address);
	await dpo.open(path + "/close");
	await dpo.press("Close it for ever");
	await dpo.look("purpose-close-wrong");
	await dpo.page.locator("#f-code").fill(code);
	await dpo.press("Close it for ever");
	await dpo.look("purpose-closed");
	await dpo.open("/settings/purposes/1/close");
	await dpo.look("purpose-close-form");
	await offered(person);
	world.has("the person reads that it has ended", await person.text(),
	    person.say("What has ended"));
	await person.look("consents-ended");
}
