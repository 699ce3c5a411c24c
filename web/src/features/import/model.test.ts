import { type Import, Problem } from "boardcast";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const sent = vi.hoisted(() => ({
	requests: [] as {
		wanted: { dryRun: boolean; project?: string | undefined; mapping: Record<string, unknown> };
		key: string;
		progress: (share: number) => void;
		answer: (made: unknown) => void;
		refuse: (problem: unknown) => void;
		cancelled: boolean;
	}[],
	cancelled: [] as string[],
	answers: new Map<string, unknown>(),
}));
vi.mock("../../domain/import/commands", () => ({
	sendImport: (_: File, wanted: never, key: string, progress: never) => {
		const request = { wanted, key, progress, cancelled: false } as unknown as (typeof sent.requests)[number];
		const answer = new Promise((resolve, reject) => {
			request.answer = resolve;
			request.refuse = reject;
		});
		sent.requests.push(request);
		const cancel = () => {
			request.cancelled = true;
		};
		return { answer, cancel };
	},
	cancelImport: async (id: string) => void sent.cancelled.push(id),
}));
vi.mock("../../platform/api", () => ({
	base: "/api/v1",
	body: async (call: Promise<{ data: unknown }>) => (await call).data,
	onResolve: () => {},
	onSignedOut: () => {},
	api: {
		GET: async (_: string, { params }: { params: { path: { import: string } } }) => {
			const data = sent.answers.get(params.path.import);
			if (!data) throw new Problem(404, { code: "not_found" });
			return { data };
		},
	},
}));
vi.mock("../../platform/router", () => ({ setQuery: () => {}, route: { peek: () => ({}) } }));
vi.mock("../../live/projects", () => ({ loadProjects: async () => {} }));
vi.mock("../../live/session", () => ({ instance: { peek: () => ({ import_limit: 1000 }) } }));

const { ImportModel } = await import("./model");

const csv = (text = "Title,Due\nx,05/06/2026\n", name = "todo.csv") => new File([text], name);
const made = (id: string, more: Partial<Import> = {}) =>
	({ id, dry_run: true, state: "queued", project_id: null, format: "csv", ...more }) as Import;
const last = () => sent.requests.at(-1) ?? expect.unreachable("nothing was sent");
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
	vi.useFakeTimers();
	sent.requests.length = 0;
	sent.cancelled.length = 0;
	sent.answers.clear();
});
afterEach(() => {
	vi.useRealTimers();
});

/** A model with a file whose dry run is over; the server says in which project the board is already. */
async function checked(project_id: string | null = null) {
	const model = new ImportModel();
	void model.take(csv());
	await vi.waitFor(() => expect(sent.requests).toHaveLength(1));
	last().answer(made("d1", { project_id }));
	await settle();
	sent.answers.set("d1", made("d1", { state: "done", project_id }));
	const stop = model.follow("d1");
	await vi.advanceTimersByTimeAsync(200);
	expect(model.checked.value?.id).toBe("d1");
	stop();
	return model;
}

test("a file goes as a dry run first, and is followed until that is over", async () => {
	const model = await checked();
	expect(sent.requests).toHaveLength(1);
	expect(last().wanted).toMatchObject({ dryRun: true, mapping: {} });
	expect(model.head.value?.headers).toEqual(["Title", "Due"]);
	expect(model.checking.value).toBe(false);
});

test("what a person says is looked at by another dry run, once for several answers", async () => {
	const model = await checked();
	model.say({ date_order: "dmy" });
	model.say({ columns: { Due: "ignore" } });
	expect(model.checking.value).toBe(true);
	await vi.advanceTimersByTimeAsync(500);
	expect(sent.requests).toHaveLength(2);
	expect(last().wanted.mapping).toEqual({ date_order: "dmy", columns: { Due: "ignore" } });
	// The answer to an older one comes late.
	model.say({ date_order: "mdy" });
	await vi.advanceTimersByTimeAsync(500);
	const [, second, third] = sent.requests;
	expect(second?.cancelled).toBe(true);
	second?.answer(made("d2"));
	third?.answer(made("d3"));
	await settle();
	expect(model.shown.value?.id).toBe("d3");
});

test("the import itself has the people too, and goes where the person wants it", async () => {
	const model = await checked("p1");
	expect(model.target.value).toBe("p1");
	model.people.value = { Bob: "u1" };
	model.putInto("");
	await vi.advanceTimersByTimeAsync(500);
	expect(last().wanted).toEqual({ dryRun: true, project: undefined, mapping: { new_project: true } });
	last().answer(made("d2"));
	await settle();
	void model.import();
	expect(last().wanted).toEqual({
		dryRun: false,
		project: undefined,
		mapping: { new_project: true, people: { Bob: "u1" } },
	});
	model.putInto("p2");
	void model.import();
	expect(last().wanted.project).toBe("p2");
});

test("a lost answer is asked for again with the same key; after a refusal the key is another one", async () => {
	const model = await checked();
	void model.import();
	const { key } = last();
	last().refuse(Problem.offline());
	await settle();
	expect(model.refusal.value).toBeDefined();
	void model.retry();
	expect([last().key, last().wanted.dryRun]).toEqual([key, false]);
	last().refuse(new Problem(409, { code: "too_many_imports" }));
	await settle();
	model.back();
	expect(model.refusal.value).toBeUndefined();
	void model.import();
	expect(last().key).not.toBe(key);
});

test("what is too large, or cannot be read, is not sent", async () => {
	const model = new ImportModel();
	await model.take(csv("x".repeat(1001)));
	expect(model.refusal.value).toMatchObject({ text: expect.stringContaining("todo.csv") });
	const folder = csv();
	folder.slice = () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }) as unknown as Blob;
	await model.take(folder);
	expect(model.refusal.value).toMatchObject({ text: expect.stringContaining("cannot be read") });
	expect(sent.requests).toHaveLength(0);
});

test("another file, or another import, leaves nothing of the first one", async () => {
	const model = await checked("p1");
	model.say({ date_order: "dmy" });
	void model.take(csv("Name\ny\n", "other.csv"));
	await vi.waitFor(() => expect(sent.requests).toHaveLength(2));
	expect(last().wanted).toMatchObject({ project: undefined, mapping: {} });
	expect([model.checked.value, model.holder.value]).toEqual([undefined, undefined]);
	last().answer(made("d9"));
	await settle();
	// It is not over, and no use to anyone.
	sent.answers.set("i1", made("i1", { dry_run: false, state: "running" }));
	const stop = model.follow("i1");
	await settle();
	expect(sent.cancelled).toEqual(["d9"]);
	expect(model.shown.value?.id).toBe("i1");
	sent.answers.set("i1", made("i1", { dry_run: false, state: "done" }));
	await vi.advanceTimersByTimeAsync(1000);
	expect(model.shown.value?.state).toBe("done");
	stop();
});

test("an import that is not known says so, and is not asked for again", async () => {
	const model = new ImportModel();
	const stop = model.follow("gone");
	await vi.advanceTimersByTimeAsync(5000);
	expect([model.unread.value?.status, vi.getTimerCount()]).toEqual([404, 0]);
	stop();
});
