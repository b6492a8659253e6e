// SPDX-License-Identifier: EUPL-1.2
// An adviser finds a customer, who sees it; the DPO sees cases and audit.
import { totp } from "./world.mjs";

export async function signInStaff(world, role) {
	const who = world.demo.staff.find((s) => s.role === role);
	const colleague = await world.colleague("fr");
	await colleague.open("/");
	await colleague.look("office-sign-in");
	await colleague.type("E-mail address", who.email);
	await colleague.page.locator('input[type="password"]').fill(
	    who.password);
	await colleague.press("Continue");
	await colleague.look("office-code");
	for (let tries = 0; tries < 2 && colleague.path() !== "/"; tries++) {
		/* a code works once: another test may have used it */
		const half = Math.floor(Date.now() / 30000);
		while (tries > 0 && half === Math.floor(Date.now() / 30000))
			await new Promise((r) => setTimeout(r, 500));
		await colleague.page.locator('input[name="code"]').fill(totp(
		    who.totp_secret, world.demo.clock_offset_s));
		await colleague.press("Sign in",
		    colleague.page.locator("main"));
	}
	world.isEqual(`the ${role} signs in with both factors`, "/",
	    colleague.path());
	return colleague;
}

async function search(colleague, words) {
	await colleague.page.locator('#f-words').fill(words);
	await colleague.page.locator('#f-reason').selectOption("call");
	await colleague.press("Search");
}

async function upload(colleague, text) {
	await colleague.page.locator('input[type="file"]').setInputFiles({
		name: "people.csv", mimeType: "text/csv",
		buffer: Buffer.from(text) });
	await colleague.press("Upload");
	/* the page asks again by itself until the file is read */
	await colleague.page.locator("progress").waitFor({ state: "detached",
		timeout: 30000 });
	await colleague.page.waitForLoadState();
}

/* A corrected file comes back; a file without basis is in quarantine. */
async function tellFile(world, dpo) {
	await dpo.open("/contacts");
	await search(dpo, world.demo.customers[0].email);
	await dpo.page.locator("main tbody th a").first().click();
	await dpo.page.waitForLoadState();
	const reference = (await dpo.page.locator("main .code").first()
	    .innerText()).trim();
	await dpo.page.getByRole("link", { name: dpo.say(
	    "Take in a corrected file") }).click();
	await dpo.page.waitForLoadState();
	await dpo.look("office-file-new");
	const town = `Binic-${Date.now() % 10000}`;
	await upload(dpo, `reference,city,country\n${reference},${town},F1\n`);
	world.has("what differs is shown", await dpo.text(), town);
	await dpo.look("office-file");
	await dpo.press("Give up, destroy the file");

	await dpo.open("/imports/new");
	await upload(dpo, `email\nnobody.${Date.now()}@walk.example\n`);
	await dpo.page.locator('select[name="basis"]').selectOption("none");
	await dpo.page.locator('input[name="source"]').fill("");
	await dpo.page.locator('input[name="collected"]').fill("");
	await dpo.page.locator('select[name="team"]').selectOption("all");
	await dpo.look("office-import-columns");
	await dpo.press("Try it");
	await dpo.page.locator("progress").waitFor({ state: "detached",
		timeout: 30000 });
	await dpo.look("office-import-checked");
	await dpo.press("Bring it in");
	await dpo.page.locator("progress").waitFor({ state: "detached",
		timeout: 30000 });
	await dpo.look("office-import-done");
	await dpo.page.getByRole("link", { name: dpo.say(
	    "See them, and state it") }).click();
	await dpo.page.waitForLoadState();
	world.has("who is in quarantine is named", await dpo.text(),
	    dpo.say("What is not stated"));
	await dpo.look("office-quarantine");
	await dpo.page.locator("main tbody th a").first().click();
	await dpo.page.waitForLoadState();
	await dpo.look("office-contact-quarantine");
	await dpo.page.getByRole("link", { name: dpo.say("State it") })
	    .click();
	await dpo.page.waitForLoadState();
	await dpo.look("office-quarantine-one");
	await dpo.press("State it");
	world.has("what is missing is said", await dpo.text(), dpo.say(
	    "There is a problem"));
	await dpo.look("office-quarantine-wrong");
	for (const state of ["held", "due", "post", "told", "exempt"]) {
		await dpo.open(`/notices?state=${state}`);
		await dpo.look(`office-notices-${state}`);
	}
}

export async function tell(world) {
	/* a customer of the demonstration, signed in */
	const customer = await world.visitor("fr"), who = world.demo.customers[0];
	await customer.open("/sign-in");
	await customer.type("E-mail address", who.email);
	await customer.page.locator('input[type="password"]').fill(
	    who.password);
	await customer.press("Sign in", customer.page.locator("main"));
	await customer.look("account-customer");
	const name = await customer.page.locator(".datum .value").evaluateAll(
	    (list) => list.slice(0, 2).map((e) => e.innerText));
	await customer.open("/account/requests");
	await customer.page.locator('textarea[name="message"]').fill(
	    "Qui a mes données ?");
	await customer.press("Send the request");
	await customer.open("/account/activity");
	const newest = async () => (await customer.page.locator("main li")
	    .first().innerText().catch(() => "")) + await customer.page
	    .locator("main li").count();
	const before = await newest();

	const adviser = await signInStaff(world, "adviser");
	await adviser.look("office-dashboard");
	await adviser.open("/contacts");
	await adviser.look("office-contacts");
	await search(adviser, name.join(" "));
	world.has("a contact is found by name", await adviser.text(), name[1]);
	await search(adviser, who.email);
	await adviser.look("office-contacts-found");
	await search(adviser, "Nobody Nowhere Xyzzy");
	await adviser.look("office-contacts-none");
	await search(adviser, who.email);
	await adviser.page.locator("main tbody th a").first().click();
	await adviser.page.waitForLoadState();
	world.has("the record opens", await adviser.h1(), name[1]);
	await adviser.look("office-contact");
	for (const details of await adviser.page.locator("main summary").all())
		await details.click();
	await adviser.look("office-contact-open");
	await adviser.page.getByRole("link", { name: adviser.say(
	    "Correct the record") }).click();
	await adviser.page.waitForLoadState();
	await adviser.look("office-contact-edit");
	await adviser.page.locator('input[name="country"]').fill("France");
	await adviser.press("Save");
	world.has("a wrong country is said at its field", await adviser.text(),
	    adviser.say("Enter the two letters of the country, such as FR."));
	await adviser.look("office-contact-edit-wrong");
	await adviser.page.locator('input[name="country"]').fill("FR");
	await adviser.press("Save");
	world.has("corrected, it leads back to the record", await adviser.h1(),
	    name[1]);
	await adviser.open(`${adviser.path()}/reach/new`);
	await adviser.look("office-contact-reach-new");
	await adviser.page.locator("#f-kind-phone").check();
	await adviser.page.locator("#f-value").fill("12");
	await adviser.press("Save");
	await adviser.look("office-contact-reach-wrong");
	await adviser.page.locator("#f-value").fill(`02 41 ${10 +
	    Date.now() % 89} 34 ${10 + Math.floor(Date.now() / 100) % 89}`);
	await adviser.press("Save");
	await adviser.look("office-contact-edit-reach");
	await adviser.page.locator('a[href*="/reach/"]').first().click();
	await adviser.page.waitForLoadState();
	await adviser.look("office-contact-reach");

	await customer.open("/account/data");
	await customer.look("data-reach");
	await customer.page.locator('a[href*="/reach/"]').first().click();
	await customer.page.waitForLoadState();
	await customer.look("reach");
	await customer.open("/account/activity");
	await customer.page.reload();
	const after = await newest();
	world.isTrue("the customer sees the visits, with the reason",
	    after !== before && after.includes(customer.say("Adviser")),
	    `${before}\n${after}`);
	await customer.look("activity");

	const dpo = await signInStaff(world, "dpo");
	await dpo.look("office-dashboard-dpo");
	await dpo.open("/requests");
	await dpo.look("office-requests");
	world.has("requests have their legal date", await dpo.text(),
	    dpo.say("Legal limit"));
	const tabs = await dpo.page.locator(".tabs a").evaluateAll((list) =>
	    list.map((a) => a.getAttribute("href")));
	let seen = "";
	for (const [i, url] of tabs.entries()) {
		await dpo.open(url);
		await dpo.look(`office-requests-${i}`);
		seen += await dpo.text();
	}
	if (world.people.erased) {
		world.has("the erasure is among them", seen,
		    world.people.erased);
		await dpo.page.getByRole("link", { name: world.people.erased })
		    .first().click().catch(() => {});
	}
	await dpo.open("/requests");
	const open = dpo.page.locator("main tbody th a");
	if (await open.count()) {
		await open.first().click();
		await dpo.page.waitForLoadState();
		await dpo.look("office-request");
	}
	for (const url of tabs) {
		await dpo.open(url);
		const erasure = dpo.page.getByRole("link",
		    { name: world.people.erased ?? "R-none" });
		if (await erasure.count()) {
			await erasure.first().click();
			await dpo.page.waitForLoadState();
			await dpo.look("office-erasure");
			break;
		}
	}
	await tellFile(world, dpo);
	await dpo.open("/audit");
	await dpo.look("office-audit");
	await dpo.open("/mail");
	await dpo.look("office-mail");
	await dpo.open("/no-such-page");
	await dpo.look("office-not-found");
}
