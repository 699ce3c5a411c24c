import { expect, test, vi } from "vitest";
import type { ProjectStore } from "../../live/store/project";

const { sent } = vi.hoisted(() => ({ sent: [] as unknown[] }));
vi.mock("../../platform/api", () => ({
	api: {
		POST: (path: string, { body }: { body: object }) => {
			sent.push([path, body]);
			return Promise.resolve({ secret: "s3cret" });
		},
	},
	body: (answer: Promise<unknown>) => answer,
}));
vi.mock("../../live/projects", () => ({ loadProjects: () => Promise.resolve() }));

const { createInvitation } = await import("./commands");

test("a link is mailed only when that is asked for, and its secret is told either way", async () => {
	const store = { id: "p" } as ProjectStore;
	const wanted = { role: "editor", expires_in_days: 7, max_uses: 1, email: "bob@example.com" } as const;
	expect(await createInvitation(store, wanted)).toBe("s3cret");
	expect(await createInvitation(store, { ...wanted, send: true })).toBe("s3cret");
	const path = "/projects/{project}/invitations";
	expect(sent).toEqual([
		[path, wanted],
		[path, { ...wanted, send: true }],
	]);
});
