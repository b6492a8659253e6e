// SPDX-License-Identifier: EUPL-1.2
// Passkeys with Chromium's virtual authenticator: made on one's own page, used
// to sign in and to prove anew who is there; a copy and an unverified user are
// refused, and without script the page says why there is no button.
import { execFileSync } from "node:child_process";

import { signInStaff } from "./6-office.mjs";

const ROLE = "security";

function sql(world, text) {
	const db = world.demo.database;
	return execFileSync("mariadb", ["--no-defaults", "-S", db.socket, "-u",
		db.user, "-BN", db.name, "-e", text]).toString().trim();
}

function staffId(world) {
	const who = world.demo.staff.find((s) => s.role === ROLE);
	return sql(world, `SELECT id FROM staff WHERE email = '${who.email}'`);
}

/* A device beside the page: a platform authenticator that knows its user. */
async function device(person) {
	const cdp = await person.context.newCDPSession(person.page);
	await cdp.send("WebAuthn.enable");
	const { authenticatorId } = await cdp.send(
	    "WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2",
		transport: "internal", hasResidentKey: true,
		hasUserVerification: true, isUserVerified: true,
		automaticPresenceSimulation: true } });
	return {
		credentials: async () => (await cdp.send(
		    "WebAuthn.getCredentials", { authenticatorId })).credentials,
		add: (credential) => cdp.send("WebAuthn.addCredential",
		    { authenticatorId, credential }),
		clear: () => cdp.send("WebAuthn.clearCredentials",
		    { authenticatorId }),
		verify: (is) => cdp.send("WebAuthn.setUserVerified",
		    { authenticatorId, isUserVerified: is }),
	};
}

/* Press the button, and wait until a page or a sentence says what came of it. */
async function press(person, msgid) {
	const { page } = person;
	const before = page.url();
	/* on a quick machine the next page is there before click() is over */
	const arrived = page.waitForNavigation({ waitUntil: "load" })
	    .catch(() => {});
	await page.getByRole("button", { name: person.say(msgid) }).click();
	await Promise.race([
		page.locator("[data-failed]:not([hidden])").first().waitFor(),
		arrived,
	]);
	await person.arrive();
	return before !== page.url();
}

async function makeOne(world, person, tool) {
	await person.open("/access");
	await person.look("office-access-passkeys-none");
	await tool.verify(false);
	await person.page.locator("#f-name").fill("Portable");
	await press(person, "Add a passkey");
	world.isTrue("who is not verified makes none, and is told",
	    await person.page.locator('[data-failed=""]').isVisible());
	await person.look("office-access-passkey-failed");
	await tool.verify(true);
	await press(person, "Add a passkey");
	world.has("a passkey is listed", await person.page.locator(
	    "section[aria-labelledby=passkeys]").innerText(), "Portable");
	await person.look("office-access-passkeys");
	const [made] = await tool.credentials();
	world.isTrue("it is on the device, and names the site and its owner",
	    made.isResidentCredential && made.rpId === "localhost" &&
	    made.userHandle.length > 0);
	await press(person, "Add a passkey");
	world.isTrue("a device has one of somebody, and says so",
	    await person.page.locator('[data-failed="InvalidStateError"]')
	    .isVisible());
	return made;
}

async function enter(world, person, made) {
	const guest = await world.colleague("fr");
	const tool = await device(guest);
	await tool.add(made);
	await guest.open("/sign-in");
	await guest.look("office-sign-in-passkey");
	world.isTrue("the button is there where the browser knows passkeys",
	    await guest.page.getByRole("button", { name: guest.say(
	    "Use a passkey") }).isVisible());
	await press(guest, "Use a passkey");
	world.isEqual("one press signs in", "/", guest.path());
	sql(world, "UPDATE office_session SET signed_in_us = signed_in_us - " +
	    `700000000 WHERE staff_id = ${staffId(world)}`);
	await guest.open("/access");
	world.isEqual("later it is asked again", "/sign-in/again",
	    guest.path());
	await guest.look("office-again-passkey");
	await press(guest, "Use a passkey");
	world.isEqual("the passkey leads to where one was going", "/access",
	    guest.path());
	return { guest, tool };
}

/* The same key with a counter of before: a copy. */
async function copied(world, made) {
	const thief = await world.colleague("fr");
	const tool = await device(thief);
	await tool.add({ ...made, signCount: 0 });
	sql(world, "UPDATE staff_passkey SET sign_count = 1000 WHERE staff_id " +
	    `= ${staffId(world)}`);
	await thief.open("/sign-in");
	await press(thief, "Use a passkey");
	world.isEqual("a copy is refused", thief.say(
	    "This passkey was not accepted"), await thief.h1());
	await thief.look("office-passkey-refused");
	await thief.open("/sign-in");
	await tool.clear();
	await press(thief, "Use a passkey");
	world.isTrue("without a passkey one is told what else works",
	    await thief.page.locator('[data-failed=""]').isVisible());
	await thief.look("office-sign-in-passkey-failed");
	world.isEqual("the audit has it", "1", sql(world, "SELECT COUNT(*) > 0 " +
	    "FROM audit_event WHERE verb = 'staff.passkey_copied' AND " +
	    `object_id = ${staffId(world)}`));
}

async function withoutScript(world) {
	const context = await world.browser.newContext({ locale: "fr-FR",
		javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(world.office + "/sign-in");
	world.isTrue("without script there is no button, and the page says why",
	    await page.locator("[data-passkey-none]").isVisible() &&
	    !await page.locator("form[data-passkey]").isVisible() &&
	    await page.locator("#f-password").isVisible());
	await context.close();
}

export async function tell(world) {
	sql(world, `DELETE FROM staff_passkey WHERE staff_id = ${
	    staffId(world)}`);
	await withoutScript(world);
	const person = await signInStaff(world, ROLE);
	const tool = await device(person);
	const made = await makeOne(world, person, tool);
	const { guest } = await enter(world, person, made);
	await copied(world, made);
	await guest.open("/access");
	await guest.press("Remove");
	world.isTrue("removed, it is gone", !(await guest.text()).includes(
	    "Portable"));
}
