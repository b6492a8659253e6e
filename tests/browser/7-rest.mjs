// SPDX-License-Identifier: EUPL-1.2
// The pages beside the walk: embedded form, proof by link, asking again who it
// is, a shared mailbox, what the pages of staff show besides.
import { execFileSync } from "node:child_process";

import { optIn, signIn } from "./2-opt-in.mjs";
import { signInStaff } from "./6-office.mjs";

function sql(world, text) {
	const db = world.demo.database;
	return execFileSync("mariadb", ["--no-defaults", "-S", db.socket, "-u",
		db.user, "-BN", db.name, "-e", text]).toString().trim();
}

async function tellProofByLink(world) {
	const { person, address } = await optIn(world, "fr", "lien");
	await signIn(world, person, address);
	sql(world, "UPDATE portal_session s JOIN identity i ON i.id = " +
	    "s.identity_id SET s.signed_in_us = s.signed_in_us - 3600000000 " +
	    `WHERE i.mailbox = '${address}'`);
	await person.open("/password/set");
	await person.look("sign-in-again");
	await person.open("/account/erasure/check");
	await person.look("erasure-check-link");
	await person.press("Ask for the erasure");
	await person.look("erasure-intent");
	const mail = await world.mail(address, "/erasure/confirm/");
	await person.open(mail.link("/erasure/confirm/"));
	await person.look("erasure-confirm");
	await person.page.locator("main form button").first().click();
	await person.arrive();
	await person.look("erasure-confirmed");
	await person.open(mail.link("/erasure/confirm/"));
	await person.look("erasure-link-ended");
	await person.open("/account/erasure");
	await person.press("Cancel the erasure");
	world.isEqual("proven by link, and cancelled",
	    person.say("The erasure is cancelled"), await person.h1());
}

async function tellShared(world) {
	const { person, address } = await optIn(world, "fr", "partage");
	await signIn(world, person, address);
	/* a second person of the same mailbox, as staff would enter them */
	sql(world, "INSERT INTO contact (identity_id, given_name, family_name, " +
	    "sort_name, email, email_key, language, kind, reference, source, " +
	    "basis, collected_us, last_person_us, created_us, updated_us) " +
	    "SELECT identity_id, 'Léo', 'L’Hiver', 'l hiver leo', email, " +
	    "email_key, language, kind, CONCAT('C-', LEFT(MD5(RAND()), 8)), " +
	    "source, basis, collected_us, last_person_us, created_us, " +
	    `updated_us FROM contact WHERE email = '${address}'`);
	const again = await world.visitor("fr");
	await signIn(world, again, address);
	world.isEqual("a shared mailbox asks who it is", "/sign-in/choose",
	    again.path());
	await again.look("sign-in-choose");
	await again.page.getByRole("button", { name: "Léo" }).first().click();
	await again.arrive();
	world.has("and shows the one who was chosen", await again.text(),
	    "L’Hiver");
}

async function tellStaff(world) {
	const admin = await signInStaff(world, "admin");
	await admin.open("/staff");
	await admin.look("office-staff");
	await admin.open("/staff/invite");
	await admin.look("office-staff-invite");
	await admin.press("Send the invitation");
	await admin.look("office-staff-invite-errors");
	const address = world.address("ines");
	await admin.page.locator('input[name="name"]').fill("Inès Moreau");
	await admin.page.locator('input[name="email"]').fill(address);
	for (const [name, value] of [["role", "adviser"], ["language", "fr"]])
		await admin.page.locator(`[name="${name}"]`).first().evaluate(
		    (e, v) => e.tagName === "SELECT" ? (e.value = v) :
		    e.form.querySelector(`[value="${v}"]`).click(), value);
	await admin.press("Send the invitation");
	const link = (await world.mail(address, "/password/invite/"))
	    .link("/password/invite/");
	await admin.page.getByRole("link", { name: "Inès Moreau" }).first()
	    .click();
	await admin.arrive();
	await admin.look("office-staff-show");
	await admin.open("/access");
	await admin.look("office-access");
	await admin.open("/sign-in/again");
	await admin.look("office-again");
	const guest = await world.colleague("fr");
	await guest.open(link);
	await guest.look("office-join");
	await guest.open("/password/invite/" + "A".repeat(43));
	await guest.look("office-join-ended");
}

async function tellFields(world) {
	const admin = await signInStaff(world, "admin");
	await admin.open("/settings/fields");
	await admin.look("office-fields");
	await admin.open("/settings/fields/new");
	await admin.look("office-field-new");
	await admin.press("Save");
	await admin.look("office-field-new-errors");
	await admin.open("/settings/fields/1");
	await admin.look("office-field");
	await admin.open("/settings/fields/1/edit");
	await admin.look("office-field-edit");
	await admin.open("/settings/fields/use");
	await admin.look("office-fields-use");
}

export async function tell(world) {
	const visitor = await world.visitor("fr");
	await visitor.open("/subscribe/newsletter?embed=1");
	await visitor.look("subscribe-embedded");
	await tellProofByLink(world);
	await tellShared(world);
	await tellStaff(world);
	await tellFields(world);
}
