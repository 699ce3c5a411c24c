// The guard that every test stands under, tried on faults that are made on purpose.
import { expect, test } from "./support/test";

test("the page runs without a word in the console", async ({ world, people }) => {
	const page = await world.open(people.alice, "/");
	await expect(page.getByRole("heading", { name: "All projects" })).toBeVisible();
});

test.describe("a test fails", () => {
	test.fail("when a script throws", async ({ world, people }) => {
		const page = await world.open(people.alice, "/");
		await page.evaluate(() => setTimeout(() => Promise.reject(new Error("planted"))));
		await page.evaluate(() => new Promise((done) => setTimeout(done)));
	});

	test.fail("when something is written to the console as an error", async ({ world, people }) => {
		const page = await world.open(people.alice, "/");
		await page.evaluate("console.error('planted')");
	});

	test.fail("when the content security policy stops something", async ({ world, people }) => {
		const page = await world.open(people.alice, "/");
		await page.evaluate(() => {
			const style = document.createElement("div");
			style.setAttribute("style", "color: red");
			document.body.append(style);
		});
	});

	test.fail("when the server answers with an error that nobody expects", async ({ world, people }) => {
		const page = await world.open(people.alice, "/");
		await page.evaluate(() => fetch("/api/v1/projects/nothing"));
	});
});
