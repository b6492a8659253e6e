// SPDX-License-Identifier: EUPL-1.2
// Our own forms pass the Origin check of a real browser; another site's do not.
export async function tell(world) {
	const visitor = await world.visitor("fr");
	const sent = [];
	visitor.page.on("request", (r) => {
		if (r.method() === "POST")
			sent.push(r.allHeaders());
	});
	await visitor.open("/sign-in/link");
	await visitor.type("E-mail address", world.address("origine"));
	await visitor.press("Send me the link");
	world.isEqual("our own form is taken", "/sign-in/link/sent",
	    visitor.path());
	const headers = await sent[0];
	world.isEqual("the browser told where it came from",
	    [world.portal, "same-origin"],
	    [headers.origin, headers["sec-fetch-site"]]);

	await visitor.open("/sign-in/link");
	const form = await visitor.page.locator("main form").first()
	    .evaluate((f) => [...new FormData(f)]);
	const stranger = await world.browser.newPage();
	const answers = [];
	stranger.on("response", (r) => answers.push(r.status()));
	await stranger.setContent(`<form method=post action="${world.portal
	}/sign-in/link">${form.map(([n, v]) => `<input name="${n}" value="${
	    n === "email" ? "x@browser.example" : v}">`).join("")
	}<button>Send</button></form>`);
	await stranger.click("button");
	await stranger.waitForLoadState();
	world.isTrue("the same form on another page is refused",
	    answers.includes(403), answers);
	await stranger.close();
	await visitor.look("sign-in-link");
}
