// SPDX-License-Identifier: EUPL-1.2
// Sign-in, account, correction, a new address, choices, requests.
import { optIn, signIn } from "./2-opt-in.mjs";

const PASSWORD = "quatre lampes bleues sous la halle";

async function tellPassword(world, zoe, address) {
	await zoe.open("/account/security");
	await zoe.look("security");
	await zoe.follow("Set a password");
	await zoe.look("password-set");
	await zoe.page.locator('input[type="password"]').fill("azerty123");
	await zoe.press("Save the password");
	await zoe.look("password-weak");
	world.isTrue("a weak password is refused, with a reason",
	    (await zoe.page.locator(".wrong").count()) > 0);
	await zoe.page.locator('input[type="password"]').fill(PASSWORD);
	await zoe.press("Save the password");
	world.isEqual("a good one is taken", "/account/security", zoe.path());
	await zoe.press("Sign out");
	await zoe.open("/sign-in");
	await zoe.look("sign-in-password");
	await zoe.type("E-mail address", address);
	await zoe.page.locator('input[type="password"]').fill(PASSWORD);
	await zoe.press("Sign in", zoe.page.locator("main"));
	world.isEqual("the password signs in", "/account", zoe.path());
}

async function tellData(world, zoe) {
	await zoe.open("/account/data");
	await zoe.look("data");
	await zoe.type("Last name", "L’Automne");
	await zoe.type("Mobile phone", "06 12 34 56 78");
	await zoe.type("Street and number", "1 rue des Trois-Fontaines");
	await zoe.type("Postcode", "44000");
	await zoe.type("Town", "Nantes");
	await zoe.press("Save");
	const history = await zoe.page.locator(".history").innerText();
	world.isTrue("a correction holds at once, with its history",
	    history.includes("L’Été") && history.includes("L’Automne"), history);
	await zoe.look("data-history");
	await zoe.type("Mobile phone", "12");
	await zoe.press("Save");
	await zoe.look("data-errors");
}

async function tellAddress(world, zoe) {
	const old = world.people.zoe, fresh = world.address("nouvelle");
	await zoe.open("/account/data");
	await zoe.type("New e-mail address", fresh);
	await zoe.press("Send the confirmation mail");
	await zoe.look("address-sent");
	const mail = await world.mail(fresh, "/address/");
	world.isTrue("the old address is told",
	    !(await world.mail(old, "@")).text.includes(fresh));
	await zoe.open(mail.link("/address/"));
	await zoe.look("address-confirm");
	await zoe.press("Use this address");
	await signIn(world, zoe, fresh);
	world.has("the new address is the one", await zoe.text(), fresh);
	world.people.zoe = fresh;
}

async function tellChoices(world, zoe) {
	await zoe.open("/account/consents");
	await zoe.look("choices");
	const answers = await zoe.page.locator("button.answer").evaluateAll(
	    (list) => list.map((b) => {
		const r = b.getBoundingClientRect();
		return { v: b.value, w: r.width, h: r.height,
			p: b.getAttribute("aria-pressed") };
	}));
	world.isTrue("yes and no are of one size", answers.every((a, i) =>
	    Math.abs(a.w - answers[i ^ 1].w) < 1 &&
	    Math.abs(a.h - answers[i ^ 1].h) < 1), JSON.stringify(answers));
	const first = zoe.page.locator("form.choice").filter({
		has: zoe.page.locator('button[value="yes"][aria-pressed="true"]'),
	}).first();
	await first.locator('button[value="no"]').click();
	await zoe.page.waitForLoadState();
	world.isEqual("one press withdraws", 0, await zoe.page.locator(
	    'button[value="yes"][aria-pressed="true"]').count());
	await zoe.look("choices-withdrawn");
}

async function tellRequests(world, zoe) {
	await zoe.open("/account/requests");
	await zoe.look("requests-empty");
	await zoe.page.locator('select[name="kind"]').selectOption("access");
	await zoe.page.locator('textarea[name="message"]').fill(
	    "Qui a mes données ?");
	await zoe.press("Send the request");
	await zoe.open("/account/requests");
	await zoe.look("requests");
	await zoe.page.locator('main a[href^="/account/requests/"]').first()
	    .click();
	await zoe.look("request");
	await zoe.open("/account/restriction");
	await zoe.look("restriction");
	await zoe.page.locator('input[name="reason"]').first().check();
	await zoe.press("Freeze now");
	await zoe.look("restriction-frozen");
	await zoe.press("End the freeze");
}

export async function tell(world) {
	if (!world.people.zoe)
		world.people.zoe = (await optIn(world, "fr", "zoe")).address;
	const zoe = await world.visitor("fr");
	await zoe.open("/sign-in/link");
	await zoe.type("E-mail address", world.people.zoe);
	await zoe.press("Send me the link");
	await zoe.look("sign-in-link-sent");
	await zoe.follow("Type a code");
	await zoe.look("sign-in-code");
	const mail = await world.mail(world.people.zoe, "/sign-in/link/");
	await zoe.open(mail.link("/sign-in/link/"));
	await zoe.look("sign-in-link-show");
	await zoe.press("Sign in", zoe.page.locator("main"));
	world.isEqual("the mailed link signs in", "/account", zoe.path());
	await zoe.look("account");
	await zoe.open(mail.link("/sign-in/link/"));
	await zoe.look("sign-in-link-spent");
	await tellPassword(world, zoe, world.people.zoe);
	await tellData(world, zoe);
	await tellAddress(world, zoe);
	await zoe.look("account-full");
	await tellChoices(world, zoe);
	await tellRequests(world, zoe);
	await zoe.open("/account/activity");
	await zoe.look("activity-empty");
	await zoe.open("/rights");
	await zoe.look("rights");
	await zoe.type("E-mail address", world.address("tiers"));
	await zoe.page.locator('input[name="name"]').fill("Zoé L’Été");
	await zoe.page.locator('[name="kind"]').first().evaluate((e) =>
	    e.tagName === "SELECT" ? null : e.click());
	await zoe.press("Send the request");
	await zoe.look("rights-filed");
}
