// The page's files as the binary hands them out.
import { expect, test } from "./support/test";

test("a file comes in the coding that the browser takes, and is the same in each", async ({
	world,
	request,
}) => {
	const page = await request.get(world.server.url, { headers: { "accept-encoding": "identity" } });
	const script = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1] ?? "";
	const texts: string[] = [];
	for (const coding of ["br", "gzip", "identity"]) {
		const answer = await request.get(`${world.server.url}${script}`, {
			headers: { "accept-encoding": coding },
		});
		const headers = answer.headers();
		expect(headers["content-encoding"] ?? "identity").toBe(coding);
		expect(headers["content-type"]).toContain("javascript");
		if (coding !== "identity") expect(headers["vary"]).toContain("accept-encoding");
		texts.push(await answer.text());
	}
	expect(texts[0]).not.toBe("");
	expect(new Set(texts).size).toBe(1);
});
