import { expect, test, vi } from "vitest";

const { asked } = vi.hoisted(() => ({ asked: [] as string[] }));
vi.mock("../../platform/api", () => {
	const ask =
		(method: string) =>
		(path: string, { params }: { params: { path: { mail: string } } }) => {
			asked.push(`${method} ${path.replace("{mail}", params.path.mail)}`);
			return Promise.resolve();
		};
	return { api: { POST: ask("POST"), DELETE: ask("DELETE") }, body: (answer: Promise<unknown>) => answer };
});

const { deleteMail, retryMail } = await import("./commands");

test("a mail is tried again, or given up", async () => {
	await retryMail("m1");
	await deleteMail("m2");
	expect(asked).toEqual(["POST /admin/mails/m1/retry", "DELETE /admin/mails/m2"]);
});
