// Forms say what is wrong in the page's own words, beside the field: the browser's bubbles never show.
import type { Locator, Page } from "@playwright/test";
import { password } from "./support/people";
import { makeProject } from "./support/projects";
import { expect, test } from "./support/test";

/** The field is marked, its line says why, and both belong together. */
async function refuses(field: Locator, why: string | RegExp): Promise<void> {
	await expect(field).toHaveAttribute("aria-invalid", "true");
	await expect(field).toHaveAccessibleDescription(why);
	const line = field.page().locator(`[id="${await field.getAttribute("aria-describedby")}"]`);
	await expect(line).toHaveClass("field-error");
	await expect(line).toBeVisible();
}

async function takes(field: Locator): Promise<void> {
	await expect(field).not.toHaveAttribute("aria-invalid", "true");
}

async function noBubbles(page: Page): Promise<void> {
	await expect(page.locator("form").first()).toBeAttached();
	await expect(page.locator("form:not([novalidate])")).toHaveCount(0);
}

const empty = "This cannot be empty.";

test("signing in says which field is empty, and goes there", async ({ world, people }) => {
	world.expectTrouble(/status of 401/);
	const page = await world.open(null, "/sign-in");
	const [email, secret] = [page.getByLabel("E-mail"), page.getByLabel("Password")];
	const asked: string[] = [];
	page.on("request", (request) => request.method() === "POST" && asked.push(request.url()));
	await noBubbles(page);
	await takes(email);
	await page.getByRole("button", { name: "Sign in" }).click();
	await refuses(email, empty);
	await refuses(secret, empty);
	await expect(email).toBeFocused();
	await email.fill("bob");
	await refuses(email, /no e-mail address/);
	await email.fill("bob@example.com");
	await takes(email);
	await page.keyboard.press("Enter");
	await expect(secret).toBeFocused();
	expect(asked).toEqual([]);
	await secret.fill("wrong-password-1");
	await takes(secret);
	await page.keyboard.press("Enter");
	await expect(page.getByRole("alert")).toContainText("The e-mail address or the password is wrong.");
	await email.fill(people.bob.email);
	await secret.fill(password);
	await page.keyboard.press("Enter");
	await expect(page.getByRole("heading", { name: "All projects" })).toBeVisible();
});

for (const where of ["sign-up", "invitation", "setup"] as const) {
	test(`an account by ${where} is refused field by field, in words`, async ({ world, people }) => {
		const address = await (async () => {
			if (where === "sign-up") return "/sign-up";
			if (where === "setup") {
				const server = await world.fresh();
				await expect.poll(() => server.said).toMatch(/\/setup#\S+/);
				return /http:\S+\/setup#\S+/.exec(server.said)?.[0] ?? "";
			}
			const { id } = await makeProject(people);
			const path = `/projects/${id}/invitations`;
			const { secret } = await people.alice.api.post<{ secret: string }>(path, { role: "viewer" });
			return `/invite#${secret}`;
		})();
		world.expectTrouble(/status of 422/);
		const page = await world.open(null, address);
		const fields = ["Your name", "E-mail", "Password"].map((label) => page.getByLabel(label));
		const [name, email, secret] = fields as [Locator, Locator, Locator];
		await expect(name).toBeVisible();
		await noBubbles(page);
		await page.getByRole("button", { name: "Create an account" }).click();
		for (const field of fields) await refuses(field, empty);
		await expect(name).toBeFocused();
		await name.fill("   ");
		await refuses(name, empty);
		await name.fill("x".repeat(101));
		await refuses(name, "At most 100 characters: 1 too many.");
		await name.fill("Guest");
		await email.fill("guest@");
		await refuses(email, /no e-mail address/);
		await email.fill(`guest-${where}@example.com`);
		await secret.fill("short");
		await refuses(secret, "At least 8 characters: 3 more.");
		// What only the server knows stands at the same place.
		await secret.fill("password");
		await page.getByRole("button", { name: "Create an account" }).click();
		await refuses(secret, /one of those that are tried first/);
		await expect(secret).toBeFocused();
		await secret.fill("four violet harbours");
		await page.getByRole("button", { name: "Create an account" }).click();
		await expect(page.locator(".sidebar-me")).toContainText("Guest");
	});
}

test("the other forms do the same", async ({ world, people }) => {
	const project = await makeProject(people);
	const page = await world.open(people.alice, "/");
	await page.getByRole("button", { name: "New project" }).first().click();
	await noBubbles(page);
	await page.getByRole("dialog").getByRole("button", { name: "Create", exact: true }).click();
	await refuses(page.getByRole("dialog").getByLabel("Name"), empty);

	await page.goto(`/p/${project.key}/settings`);
	await page.getByLabel("Name").fill("");
	await page.getByRole("button", { name: "Save" }).click();
	await refuses(page.getByLabel("Name"), empty);
	await noBubbles(page);

	await page.goto("/account");
	await page.getByLabel("Current password").fill("x");
	await page.getByLabel("New password").fill("short");
	await page.getByRole("button", { name: "Change the password" }).click();
	await refuses(page.getByLabel("New password"), "At least 8 characters: 3 more.");
	await noBubbles(page);

	await page.goto(`/p/${project.key}/members`);
	await page.getByRole("button", { name: "Invite", exact: true }).click();
	const address = page.getByLabel("For whom");
	await address.fill("nobody");
	await page.getByRole("button", { name: "Create the link" }).click();
	await refuses(address, /no e-mail address/);
	await noBubbles(page);
});
