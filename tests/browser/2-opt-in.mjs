// SPDX-License-Identifier: EUPL-1.2
// A visitor opts in, in French by the link, in English by the typed code.
export async function fillIn(world, person, address) {
	await person.open("/subscribe/newsletter");
	const boxes = person.page.getByRole("checkbox");
	await boxes.first().check();
	await person.type("E-mail address", address);
	await person.type("First name", "Zoé");
	await person.type("Last name", "L’Été");
	await person.press("Send my choices");
}

export async function optIn(world, lang, name) {
	const person = await world.visitor(lang);
	const address = world.address(name);
	await fillIn(world, person, address);
	const mail = await world.mail(address, "/confirm/");
	await person.open(mail.link("/confirm/"));
	await person.press("Confirm");
	return { person, address };
}

/* Signed in by the mailed link. */
export async function signIn(world, person, address) {
	await person.open("/sign-in/link");
	await person.type("E-mail address", address);
	await person.press("Send me the link");
	const mail = await world.mail(address, "/sign-in/link/");
	await person.open(mail.link("/sign-in/link/"));
	await person.press("Sign in", person.page.locator("main"));
}

async function tellForm(world, person) {
	await person.open("/");
	await person.look(`home-${person.lang}`);
	await person.open("/privacy");
	await person.look(`privacy-${person.lang}`);
	await person.open("/subscribe/newsletter");
	await person.look(`subscribe-${person.lang}`);
	const boxes = await person.page.getByRole("checkbox").evaluateAll(
	    (list) => list.map((b) => b.checked));
	world.isTrue(`${person.lang}: no box is ticked`,
	    boxes.length >= 3 && !boxes.includes(true), boxes);
	await person.press("Send my choices");
	await person.look(`subscribe-errors-${person.lang}`);
	world.isTrue(`${person.lang}: what is wrong is said on top, with focus`,
	    await person.page.getByRole("alert").first().isVisible());
}

export async function tell(world) {
	const zoe = await world.visitor("fr");
	await tellForm(world, zoe);
	const address = world.address("zoe");
	await fillIn(world, zoe, address);
	await zoe.look("subscribe-sent");
	const mail = await world.mail(address, "/confirm/");
	await zoe.open(mail.link("/confirm/"));
	await zoe.look("confirm");
	for (let i = 0; i < 5; i++)
		await zoe.page.reload();
	world.isEqual("looking at the link confirms nothing",
	    zoe.say("Confirm your choices"), await zoe.h1());
	await zoe.press("Confirm");
	world.isEqual("the press does", zoe.say("Your choices are recorded"),
	    await zoe.h1());
	await zoe.look("confirmed");
	await zoe.open(mail.link("/confirm/"));
	world.isEqual("the second time says so", zoe.say("Already confirmed"),
	    await zoe.h1());
	await zoe.look("confirmed-already");
	world.people.zoe = address;

	const sian = await world.visitor("en");
	await tellForm(world, sian);
	const hers = world.address("sian");
	await fillIn(world, sian, hers);
	const letter = await world.mail(hers, "/confirm/");
	await sian.follow("Type a code");
	await sian.look("confirm-code");
	await sian.type("E-mail address", hers);
	await sian.type("Code from the mail", "0000-0000");
	await sian.press("Confirm");
	await sian.look("confirm-code-wrong");
	await sian.type("Code from the mail", letter.code.toLowerCase());
	await sian.press("Confirm");
	world.isEqual("the typed code confirms", "Your choices are recorded",
	    await sian.h1());

	/* the mail's own link: it can only stop */
	const told = await world.mail(hers, "/unsubscribe/");
	await sian.open(told.link("/unsubscribe/"));
	await sian.look("unsubscribe");
	await sian.follow("See all my messages");
	await sian.look("preferences");
	await sian.press("Stop everything");
	world.has("one press stops, without sign-in", await sian.text(),
	    "You receive no message from us");
	await sian.look("preferences-empty");
	await sian.open(told.link("/unsubscribe/"));
	await sian.press("Stop these mails");
	world.isEqual("the unsubscribe page works too",
	    "Done: no more of these mails", await sian.h1());
	await sian.look("unsubscribed");
	await sian.open("/confirm/" + "A".repeat(43));
	await sian.look("confirm-ended");
	await sian.open("/no-such-page");
	await sian.look("not-found");
	await sian.open("/accessibility");
	await sian.look("accessibility");
}
