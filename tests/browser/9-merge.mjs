// SPDX-License-Identifier: EUPL-1.2
// Two records of one person: side by side, joined, and where the old one went.
import { optIn } from "./2-opt-in.mjs";
import { signInStaff } from "./6-office.mjs";

/* Somebody who signed up: their record, its reference, their address. */
async function record(world, dpo, name) {
	const { address: mail } = await optIn(world, "fr", name);
	await dpo.open("/contacts");
	await dpo.page.locator("#f-words").fill(mail);
	await dpo.page.locator("#f-reason").selectOption("check");
	await dpo.press("Search");
	await dpo.page.locator("main tbody th a").first().click();
	await dpo.arrive();
	return { path: dpo.path(), mail, reference: (await dpo.page.locator(
	    "main .code").first().innerText()).trim() };
}

export async function tell(world) {
	const dpo = await signInStaff(world, "dpo");
	const stays = await record(world, dpo, "deux");
	const goes = await record(world, dpo, "fois");
	await dpo.open(stays.path);
	await dpo.follow("The same person as …");
	await dpo.look("merge-find");
	await dpo.page.locator("#f-reference").fill("C-NOBODY00");
	await dpo.press("Compare");
	await dpo.look("merge-find-wrong");
	await dpo.page.locator("#f-reference").fill(goes.reference);
	await dpo.press("Compare");
	await dpo.look("merge-preview-sign-ins");
	world.has("two who sign in bring themselves together",
	    await dpo.text(), dpo.say("They cannot be joined now"));
	await dpo.open("/contacts");
	await dpo.follow("Perhaps the same person");
	await dpo.look("merge-pairs");
	world.has("the pairs have their page", await dpo.h1(),
	    dpo.say("Perhaps the same person"));

	await dpo.open("/contacts");
	const others = await dpo.page.locator("main tbody tr").evaluateAll(
	    (rows) => rows.map((row) => row.querySelector("th a")
	    .getAttribute("href").split("?")[0]));
	let other = null;
	for (const path of others) {
		await dpo.open(`${path}/merge${stays.path.replace(
		    "/contacts", "")}`);
		if (await dpo.page.locator('input[name="reason"]').count()) {
			other = path;
			break;
		}
	}
	world.isTrue("somebody who does not sign in is there", other !== null);
	await dpo.look("merge-preview");
	await dpo.press("Join the two records");
	await dpo.look("merge-preview-wrong");
	world.has("without a reason it is asked again", await dpo.text(),
	    dpo.say("Choose one of the answers."));
	await dpo.page.locator("#f-reason-said").check();
	await dpo.press("Join the two records");
	await dpo.look("merge-state");
	await dpo.page.getByText(dpo.say("{{goes}} is part of this record now. Its reference goes on leading here.").split("}}")[1].split(".")[0])
	    .waitFor({ timeout: 30000 });
	await dpo.look("merge-state-done");
	await dpo.open(stays.path);
	await dpo.look("merge-gone");
	world.has("the old address says where it went", await dpo.text(),
	    stays.reference);
	await dpo.follow("To the record");
	world.isEqual("and leads there", other, dpo.path());
	await dpo.look("merge-record");
	world.has("with the address of the one that went", await dpo.text(),
	    stays.mail);
}
