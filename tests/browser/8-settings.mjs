// SPDX-License-Identifier: EUPL-1.2
// The settings: who is responsible, and what would change for the public.
import { signInStaff } from "./6-office.mjs";

export async function tell(world) {
	const dpo = await signInStaff(world, "dpo");
	await dpo.open("/settings");
	await dpo.look("settings");
	await dpo.page.getByRole("link", { name: dpo.say(
	    "Change the controller") }).click();
	await dpo.page.waitForLoadState();
	await dpo.look("settings-controller");
	await dpo.page.locator('input[name="cooling_off_minutes"]').fill(
	    "20161");
	await dpo.press("See what changes");
	world.has("a wrong number is said at its field", await dpo.text(),
	    dpo.say("Enter a whole number from 0 to 20160."));
	await dpo.look("settings-controller-wrong");
	await dpo.page.locator('input[name="cooling_off_minutes"]').fill("3");
	await dpo.page.locator('input[name="address"]').fill(
	    "3 rue du Port, 44000 Nantes");
	await dpo.press("See what changes");
	world.has("what changes is shown before", await dpo.h1(),
	    dpo.say("What changes for the public"));
	await dpo.look("settings-preview");
	await dpo.page.getByRole("link", { name: dpo.say("Do not change it") })
	    .click();
	await dpo.page.waitForLoadState();
	await dpo.open("/audit");
	await dpo.press("Verify the whole log");
	await dpo.look("audit-check");
	await dpo.open("/staff/teams");
	await dpo.look("teams");
	await dpo.page.locator("main tbody th a").first().click();
	await dpo.page.waitForLoadState();
	await dpo.look("team");
	await dpo.open("/settings/controller");
	world.isTrue("and left as it is when it is not wanted",
	    !(await dpo.page.locator('input[name="address"]').inputValue())
	    .includes("rue du Port"));
}
