// Texts that want to be more than texts, in every field where people's words are shown: they stay words.
import type { Page } from "@playwright/test";
import { Api } from "./support/api";
import { Board } from "./support/board";
import { hostileTexts } from "./support/hostile-texts";
import { type People, type Person, password } from "./support/people";
import { day, makeProject, makeTask, type Project } from "./support/projects";
import { expect, test, type World } from "./support/test";
import { figure } from "./support/timing";
import { Watch } from "./support/watch";

/** A column takes one card of each text; a project has at most 100 columns. */
const perProject = 60;
const writers = 6;

/** What of a text the server took, as it keeps it. */
interface Said {
	number: number;
	title: string;
	description: string;
	label: string | undefined;
	milestone: string | undefined;
	comment: string | undefined;
	item: string | undefined;
	file: string | undefined;
}
interface Written {
	project: Project;
	said: Said[];
	columns: string[];
	description: string;
}

/** Tells by field how many texts were taken, and how many refused. */
class Tally {
	readonly #counts = new Map<string, [taken: number, refused: number]>();

	/** What the server answers to a text in a field; undefined if it is none that the field takes. */
	async in<T>(field: string, write: () => Promise<T>): Promise<T | undefined> {
		const count = this.#counts.get(field) ?? [0, 0];
		this.#counts.set(field, count);
		try {
			const answer = await write();
			count[0]++;
			return answer;
		} catch (error) {
			// Too long for an address, no text of this kind, or, to a reader, the same name as another.
			if (!/: (414|431|422|409 .*_taken)/.test(String(error))) throw error;
			count[1]++;
			return undefined;
		}
	}

	toString(): string {
		return [...this.#counts].map(([field, [taken, not]]) => `${field} ${taken} + ${not} refused`).join(", ");
	}
}

// One pixel, red.
const pixel = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
	"base64",
);

async function upload(
	person: Person,
	path: string,
	name: string,
	body: BodyInit = "<script>__ran=1</script>",
): Promise<{ id: string; name: string }> {
	const address = `${person.api.url}/api/v1${path}?name=${encodeURIComponent(name)}`;
	const answer = await fetch(address, {
		method: "POST",
		headers: {
			Cookie: person.api.cookie,
			Origin: person.api.url,
			"X-Boardcast": "1",
			"Content-Type": "application/octet-stream",
		},
		body,
	});
	if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
	return (await answer.json()) as { id: string; name: string };
}

/** Works on all of a list, a few at once. */
async function each<T>(list: readonly T[], work: (one: T, index: number) => Promise<void>): Promise<void> {
	let next = 0;
	const worker = async () => {
		for (let index = next++; index < list.length; index = next++) await work(list[index] as T, index);
	};
	await Promise.all(Array.from({ length: writers }, worker));
}

/** A project with some of the texts, each of which stands in every field. */
async function write(people: People, from: number, tally: Tally): Promise<Written> {
	const { alice, bob } = people;
	const project = await makeProject(people, {
		bob: "manager",
		charlie: "viewer",
		columns: [{ name: "To do" }],
	});
	const { id } = await makeTask(alice, project, "Filed");
	const file = await upload(alice, `/projects/${project.id}/tasks/${id}/attachments`, "a.png", pixel);
	const texts = hostileTexts(bob.id, file.id).slice(from, from + perProject);
	const path = `/projects/${project.id}`;
	const named = (field: string, name: string, more: object = {}) =>
		tally.in(field, () =>
			alice.api.post<{ id: string; name: string }>(`${path}/${field}`, { name, ...more }),
		);
	const [said, columns]: [Said[], string[]] = [[], []];
	await each(texts, async (text, index) => {
		const [column, label, milestone] = await Promise.all([
			named("columns", text),
			named("labels", text, { colour: "#4466aa" }),
			named("milestones", text, { due_on: day(index % 20) }),
		]);
		if (column) columns.push(column.name);
		const fields = {
			column_id: column?.id ?? project.columns["To do"],
			label_ids: label ? [label.id] : [],
			milestone_id: milestone?.id ?? null,
			assignee_ids: [bob.id],
			start_on: day(index % 20),
			due_on: day((index % 20) + 3),
		};
		const titled = await tally.in("titles", () =>
			makeTask(alice, project, text, { ...fields, description: text }),
		);
		const task = titled ?? (await makeTask(alice, project, `Text ${index}`, fields));
		const of = `${path}/tasks/${task.id}`;
		const [described, comment, item, file] = await Promise.all([
			tally.in(
				"descriptions",
				async () => titled ?? (await alice.api.patch<{ description: string }>(of, { description: text })),
			),
			tally.in("comments", () => alice.api.post<{ body: string }>(`${of}/comments`, { body: text })),
			tally.in("checklist items", () => alice.api.post<{ text: string }>(`${of}/checklist`, { text })),
			tally.in("files", () => upload(alice, `${of}/attachments`, text)),
		]);
		said.push({
			number: task.number,
			title: task.title,
			description: described?.description ?? "",
			label: label?.name,
			milestone: milestone?.name,
			comment: comment?.body,
			item: item?.text,
			file: file?.name,
		});
	});
	const description = texts.filter((text) => text.length < 5000 && !text.includes("\0")).join("\n\n");
	await tally.in("project descriptions", () => alice.api.patch(path, { description }));
	return { project, said, columns, description };
}

async function watched(world: World, person: Person): Promise<{ page: Page; watch: Watch }> {
	const browser = await world.browser(person, { reducedMotion: "reduce" });
	const watch = await Watch.over(browser, person.api.url);
	return { page: await browser.newPage(), watch };
}

/** Opens the dialog of each task, and answers what is wrong in it. */
function openEach(page: Page, { project, said }: Written): Promise<string[]> {
	return page.evaluate(
		async ({ key, said }) => {
			const wrong: string[] = [];
			const texts = (selector: string) =>
				[...document.querySelectorAll<HTMLElement>(`dialog ${selector}`)].map(
					(element) => (element as HTMLTextAreaElement).value ?? element.textContent ?? "",
				);
			const missing = (one: (typeof said)[number]) => {
				const wanted: [selector: string, text: string | undefined][] = [
					[".task-name", `${key}-${one.number}`],
					[".task-title", one.title],
					[".props .chip", one.label],
					[".props", one.milestone],
					[".checklist-text", one.item],
					[".file-name", one.file],
				];
				const found = wanted
					.filter(
						([selector, text]) => text !== undefined && !texts(selector).some((is) => is.includes(text)),
					)
					.map(([selector, text]) => `${selector} ${text}`);
				if (one.description && !document.querySelector("dialog .task-description > *"))
					found.push("description");
				if (one.comment && !document.querySelector("dialog .comment")) found.push("comment");
				return found;
			};
			for (const one of said) {
				location.href = `/p/${key}/board/${one.number}`;
				const patience = performance.now() + 8000;
				let not = ["everything"];
				do {
					await new Promise((next) => setTimeout(next, 4));
					not = missing(one);
				} while (not.length > 0 && performance.now() < patience);
				wrong.push(
					...not.map((what) => `not shown in ${key}-${one.number}: ${what}`),
					...window.inspect("dialog"),
				);
				if (not.length > 0) break;
			}
			return wrong;
		},
		{ key: project.key, said },
	);
}

/** Most is shown at once. */
const soon = { intervals: [20, 50, 100] };

/** All of these are shown by elements like this. */
async function shows(page: Page, selector: string, texts: readonly (string | undefined)[]): Promise<void> {
	// A field of several lines has one kind of line end.
	const lines = (text: string) => text.replaceAll(/\r\n?/g, "\n");
	const wanted = [...new Set(texts.filter((text) => text !== undefined).map(lines))];
	await expect
		.poll(async () => {
			const all = await page
				.locator(selector)
				.evaluateAll((elements) =>
					elements.map((element) => (element as HTMLInputElement).value ?? element.textContent),
				);
			const shown = new Set(all.map((text) => lines(text ?? "")));
			return wanted.filter((text) => !shown.has(text));
		}, soon)
		.toEqual([]);
}

/** The page goes on working: its own address opens a task by a click, and Escape closes it. */
async function works(page: Page, { project }: Written): Promise<void> {
	await page.goto(`/p/${project.key}/board`);
	await page.locator(`.card a[href="/p/${project.key}/board/1"]`).click();
	await expect(page.getByRole("dialog")).toContainText(`${project.key}-1`);
	await page.keyboard.press("Escape");
	await expect(page.getByRole("dialog")).toHaveCount(0);
}

test("a hostile text runs nothing, asks for nothing and stays a text, wherever it stands", async ({
	world,
}) => {
	test.setTimeout(180_000);
	const { people } = await world.another();
	const { bob, charlie } = people;
	const tally = new Tally();
	const count = hostileTexts("", "").length;
	const written: Written[] = [];
	for (let from = 0; from < count; from += perProject) written.push(await write(people, from, tally));
	figure(`${count} texts: ${tally}`);

	const looks = [await watched(world, bob), await watched(world, charlie)];
	await Promise.all(
		looks.map(async ({ page, watch }, turn) => {
			const mine = written.filter((_, index) => index % looks.length === turn);
			for (const one of mine) {
				const { project, said } = one;
				// What is out of sight is not drawn.
				await page.setViewportSize({ width: 1280, height: 4000 });
				await page.goto(`/p/${project.key}/board`);
				await shows(page, ".column h2", one.columns);
				await shows(
					page,
					".card-title",
					said.map(({ title }) => title),
				);
				await shows(
					page,
					".card .chip",
					said.map(({ label }) => label),
				);
				expect(await watch.look(page), "the board").toEqual([]);

				await page.setViewportSize({ width: 1280, height: 800 });
				expect(await openEach(page, one), "the dialogs").toEqual([]);
				expect(watch.harm, "the dialogs").toEqual([]);

				await page.goto(`/p/${project.key}/settings`);
				await shows(page, "textarea, .settings-text", [one.description]);
				expect(await watch.look(page), "the settings").toEqual([]);

				await page.setViewportSize({ width: 1280, height: 4000 });
				await page.goto(`/p/${project.key}/timeline`);
				await shows(
					page,
					".tl-name > .truncate",
					said.map(({ title }) => title),
				);
				await shows(
					page,
					".tl-milestone > .truncate",
					said.map(({ milestone }) => milestone),
				);
				expect(await watch.look(page), "the timeline").toEqual([]);
				await works(page, one);
			}
		}),
	);

	const [{ page, watch }] = looks as [(typeof looks)[number]];
	await page.goto("/notifications");
	const more = page.locator(".notifications-more");
	for (let turn = 0; turn < 5; turn++) {
		const before = await page.locator(".notification").count();
		await more.click();
		await expect.poll(() => page.locator(".notification").count(), soon).toBeGreaterThan(before);
	}
	expect(await watch.look(page), "the notifications").toEqual([]);
});

test("hostile names of people, projects and tokens stay names", async ({ world }) => {
	test.setTimeout(120_000);
	const { people } = await world.another();
	const { alice, bob } = people;
	const tally = new Tally();
	const project = await makeProject(people);
	const texts = hostileTexts(bob.id, project.id).filter((text) => text.length <= 100);
	const { page, watch } = await watched(world, alice);

	await test.step("people", async () => {
		const guests = await Promise.all(
			Array.from({ length: 12 }, async (_, index) => {
				const account = { email: `charlie-${index}@example.com`, name: "Charlie", password };
				const { api, id } = await Api.enter(alice.api.url, "/users", account);
				await alice.api.put(`/projects/${project.id}/members/${id}`, { role: "editor" });
				return { api, id };
			}),
		);
		await page.goto(`/p/${project.key}/members`);
		await expect(page.locator(".member")).toHaveCount(guests.length + 3);
		for (let from = 0; from < texts.length; from += guests.length) {
			const names = await Promise.all(
				guests.map(({ api }, index) => {
					const name = texts[(from + index) % texts.length];
					return tally.in("people", () => api.patch<{ name: string }>("/me", { name }));
				}),
			);
			await shows(
				page,
				".member .row-title bdi",
				names.map((answer) => answer?.name),
			);
			expect(await watch.look(page), "the members").toEqual([]);
		}
		// As authors, and as those of whom a text speaks.
		const names = texts
			.filter((text) => text.startsWith("<") || text.startsWith('"'))
			.slice(0, guests.length);
		await Promise.all(guests.map(({ api }, index) => api.patch("/me", { name: names[index] })));
		await makeTask(alice, project, "Talk");
		for (const { api, id } of guests)
			await api.post(`/projects/${project.id}/tasks/1/comments`, { body: `[@x](mention:${id})` });
		await page.goto(`/p/${project.key}/board/1`);
		await shows(page, ".comment-author", names);
		await shows(
			page,
			".comment .mention",
			names.map((name) => `@${name}`),
		);
		expect(await watch.look(page), "the talk").toEqual([]);
		await page.goto("/admin");
		await expect(page.locator(".row").nth(guests.length)).toBeVisible();
		expect(await watch.look(page), "the accounts").toEqual([]);
	});

	await test.step("projects", async () => {
		const names: (string | undefined)[] = [];
		await each(texts, async (name) => {
			const made = await tally.in("projects", () =>
				bob.api.post<{ name: string }>("/projects", { name, template: "empty" }),
			);
			names.push(made?.name);
		});
		const his = await watched(world, bob);
		await his.page.goto("/");
		await shows(his.page, ".home-card strong", names);
		await shows(his.page, ".sidebar-link .truncate", names);
		expect(await his.watch.look(his.page), "home").toEqual([]);
	});

	await test.step("tokens", async () => {
		// A person has at most 100.
		for (let from = 0; from < texts.length; from += 100) {
			const one = from === 0 ? alice : { ...alice, ...(await guestOf(alice.api.url, from)) };
			const names: (string | undefined)[] = [];
			await each(texts.slice(from, from + 100), async (name) => {
				const made = await tally.in("tokens", () =>
					one.api.post<{ name: string }>("/tokens", { name, scopes: ["read"] }),
				);
				names.push(made?.name);
			});
			const theirs = await watched(world, one);
			await theirs.page.goto("/account/tokens");
			await shows(theirs.page, ".row-title", names);
			expect(await theirs.watch.look(theirs.page), "the tokens").toEqual([]);
		}
	});
	figure(String(tally));
});

function guestOf(url: string, index: number): Promise<{ api: Api; id: string }> {
	const account = { email: `charlie-tokens-${index}@example.com`, name: "Charlie", password };
	return Api.enter(url, "/users", account);
}

test("a preview shows a hostile text as a comment does", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Write");
	const { page, watch } = await watched(world, people.bob);
	await page.goto(`/p/${project.key}/board/1`);
	const talk = page.getByRole("region", { name: "Comments" });
	const field = talk.getByRole("textbox", { name: "Write a comment" });
	const sample = hostileTexts(people.bob.id, project.id).filter(
		(text, index) => index % 18 === 1 && text.trim(),
	);
	for (const text of sample) {
		await field.fill(text);
		await talk.getByRole("button", { name: "Preview" }).click();
		await expect(talk.locator(".composer-preview .rendered[dir]")).toBeAttached();
		expect(await watch.look(page), text).toEqual([]);
		await talk.getByRole("button", { name: "Write", exact: true }).click();
	}
	await field.fill("");
	await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
	await new Board(page).link("Write").click();
	await expect(page.getByRole("dialog", { name: /Write/ })).toBeVisible();
});

// What the others find nothing with has to find something.
for (const [policy, bypassCSP] of [
	["without the page's policy", true],
	["under the page's policy", false],
] as const) {
	test(`HTML that nobody has cleaned is noticed, ${policy}`, async ({ world, people }) => {
		world.expectTrouble(/outside\.example|policy|404/i);
		const project = await makeProject(people);
		await makeTask(people.alice, project, "Write");
		const browser = await world.browser(people.bob, { bypassCSP });
		const watch = await Watch.over(browser, people.bob.api.url);
		const page = await browser.newPage();
		await page.route(/outside\.example/, (route) => route.fulfill({ status: 404 }));
		await page.goto(`/p/${project.key}/board/1`);
		const talk = page.getByRole("region", { name: "Comments" });
		const shown = async (html: string) => {
			await page.unroute(/\/preview$/);
			await page.route(/\/preview$/, (route) => route.fulfill({ json: { html } }));
			await talk.getByRole("textbox", { name: "Write a comment" }).fill(html);
			await talk.getByRole("button", { name: "Preview" }).click();
			await expect(talk.locator(".composer-preview .rendered[dir]")).toBeAttached();
			await expect.poll(() => watch.look(page)).not.toEqual([]);
			const found = await watch.look(page);
			await talk.getByRole("button", { name: "Write", exact: true }).click();
			return found.join("\n");
		};
		expect(await shown("<p>x</p><a href='javascript:__ran=1'>x</a>")).toContain("a link to no page");
		expect(await shown("<form></form>")).toContain("an element that no text has");
		expect(await shown("<p style='color:red'>x</p>")).toContain("the attribute style");
		expect(await shown("<img src=x onerror='__ran=1'>")).toContain("a handler");
		await expect
			.poll(() => watch.harm.join("\n"))
			.toContain(bypassCSP ? "ran" : "against the policy: script-src");
		expect(await shown("<img src='https://outside.example/i.png'>")).toContain("an image of another site");
		await expect
			.poll(() => watch.harm.join("\n"))
			.toContain(bypassCSP ? "asked for https://outside.example/i.png" : "against the policy: img-src");
	});
}
