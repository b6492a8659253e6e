// SPDX-License-Identifier: EUPL-1.2
// Organisations: the list, a new one, its record, its correction, and to which
// one a contact belongs.
import { execFileSync } from "node:child_process";

import { signInStaff } from "./6-office.mjs";

function sql(world, text) {
	const db = world.demo.database;
	return execFileSync("mariadb", ["--no-defaults", "-S", db.socket, "-u",
		db.user, "-BN", db.name, "-e", text]).toString().trim();
}

async function type(who, name, value) {
	await who.page.locator(`[name="${name}"]`).first().fill(value);
}

async function tellEntering(world, dpo, name) {
	await dpo.open("/organisations");
	await dpo.look("organisations");
	await type(dpo, "words", "nulle part ailleurs");
	await dpo.press("Search");
	await dpo.look("organisations-none");
	await dpo.open("/organisations/new");
	await dpo.look("organisation-new");
	await type(dpo, "registration", "732829321");
	await dpo.press("Save");
	await dpo.look("organisation-new-errors");
	await type(dpo, "name", name);
	await type(dpo, "registration", "");
	await type(dpo, "domain", "brumaze-demo.example");
	await type(dpo, "note", "Deux voyages par an.\nFacture à part.");
	await dpo.press("Save");
	world.isEqual("an organisation is entered", name, await dpo.h1());
	await dpo.look("organisation-alone");
	const path = dpo.path();
	await dpo.open(`${path}/edit`);
	await dpo.look("organisation-edit");
	await dpo.open("/organisations");
	await type(dpo, "words", name.split(" ").pop());
	await dpo.press("Search");
	world.has("and found", await dpo.text(), name);
	return path;
}

async function tellBelonging(world, dpo, path, name) {
	const contact = sql(world, "SELECT MIN(c.id) FROM contact c LEFT JOIN " +
	    "membership m ON m.contact_id = c.id WHERE m.contact_id IS NULL " +
	    "AND c.restricted_us IS NULL AND c.visibility = 'everyone'");
	await dpo.open(`/contacts/${contact}/organisation`);
	await dpo.look("belonging-none");
	await type(dpo, "words", name.split(" ").pop());
	await dpo.press("Search");
	await dpo.look("belonging-found");
	await dpo.page.locator('a[href*="organisation?o="]').first().click();
	await dpo.arrive();
	await type(dpo, "job_title", "Gérante");
	/* a browser without a calendar */
	await dpo.page.locator('[name="since"]').evaluate(
	    (el) => { el.type = "text"; });
	await type(dpo, "since", "hier");
	await dpo.press("Save");
	world.isEqual("what is no day is shown as it was typed", "hier",
	    await dpo.page.locator('[name="since"]').inputValue());
	await dpo.look("belonging-errors");
	await type(dpo, "since", "2024-02-29");
	await dpo.press("Save");
	world.has("the record says where they belong", await dpo.text(), name);
	await dpo.look("belonging-record");
	await dpo.open(path);
	world.has("and the organisation who does", await dpo.text(), "Gérante");
	await dpo.look("organisation");
	await dpo.open(`/contacts/${contact}/organisation`);
	await dpo.look("belonging");
	await dpo.press("Belongs to it no longer");
	await dpo.open(path);
	await dpo.press("Remove the organisation");
	world.isEqual("without people it is removed", "/organisations",
	    dpo.path());
}

export async function tell(world) {
	const dpo = await signInStaff(world, "dpo");
	const name = `Fonderie Brumaze z${Date.now().toString(36)}`;

	await tellBelonging(world, dpo, await tellEntering(world, dpo, name),
	    name);
}
