// What the pictures show: Alice, Bob and Charlie launch a website, told to a server by its API.
import { caller, password } from "../docs/support.mjs";

/** A day from today, as the API writes it. */
function day(offset) {
	return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
}

const labels = { design: "#7c5cd6", content: "#2f7d6b", code: "#2f6fb3", bug: "#c4413a" };

// Column, title, who, labels, priority, start, due, milestone, and the titles of what it waits for.
const tasks = [
	["Done", "Write the brief", ["alice"], ["content"], "none", -12, -9, 0],
	["Done", "Choose the colours", ["bob"], ["design"], "none", -8, -5, 0, "Write the brief"],
	["Review", "Draw the start page", ["bob"], ["design"], "medium", -4, 0, 0, "Choose the colours"],
	["Review", "Texts for “About us”", ["alice"], ["content"], "none", -3, 1, 0],
	["Doing", "Build the start page", ["charlie"], ["code"], "high", 1, 4, 0, "Draw the start page"],
	["Doing", "Photographs of the workshop", ["alice", "bob"], ["design", "content"], "none", 0, 3, 0],
	["To do", "Form for questions", ["charlie"], ["code"], "medium", 5, 7, 1, "Build the start page"],
	["To do", "Menu jumps on small phones", ["charlie"], ["bug", "code"], "urgent", null, 2, 1],
	["To do", "Translate into French", [], ["content"], "low", 6, 10, 1, "Texts for “About us”"],
	["To do", "Try it with five people", ["alice"], [], "none", 8, 11, 1, "Form for questions"],
	["To do", "Announce it", ["alice"], ["content"], "none", 12, 14, 1, "Try it with five people"],
	["To do", "Old addresses lead to new ones", [], ["code"], "none", null, null, null],
];

/** Signs all three in, makes their projects, and answers what the pictures name. */
export async function tell(url, drawing) {
	const people = {};
	for (const name of ["Alice", "Bob", "Charlie"]) {
		const headers = {};
		const call = caller(url, headers);
		const email = `${name.toLowerCase()}@example.com`;
		const entered = await (name === "Alice"
			? call("POST", "/session", { email, password })
			: call("POST", "/users", { email, name, password }));
		people[name.toLowerCase()] = { id: entered.user.id, call, headers };
	}
	const { alice, bob, charlie } = people;

	const project = await alice.call("POST", "/projects", { name: "Launch the website", key: "WEB", template: "empty" });
	const P = `/projects/${project.id}`;
	for (const { id } of [bob, charlie]) await alice.call("PUT", `${P}/members/${id}`, { role: "editor" });
	const ids = {};
	for (const [name, fields] of [
		["To do", {}],
		["Doing", { wip_limit: 3 }],
		["Review", {}],
		["Done", { kind: "done" }],
	])
		ids[name] = (await alice.call("POST", `${P}/columns`, { name, ...fields })).id;
	for (const [name, colour] of Object.entries(labels))
		ids[name] = (await alice.call("POST", `${P}/labels`, { name, colour })).id;
	const milestones = [];
	for (const [name, due] of [
		["First look", 5],
		["Launch", 15],
	])
		milestones.push(await alice.call("POST", `${P}/milestones`, { name, due_on: day(due) }));

	const made = {};
	for (const [column, title, who, marks, priority, start, due, milestone, waitsFor] of tasks) {
		// Everything begins where work begins.
		const task = await alice.call("POST", `${P}/tasks`, {
			title,
			column_id: ids[column === "Done" ? "Review" : column],
			assignee_ids: who.map((name) => people[name].id),
			label_ids: marks.map((mark) => ids[mark]),
			priority,
			start_on: start === null ? null : day(start),
			due_on: due === null ? null : day(due),
			milestone_id: milestone === null ? null : milestones[milestone].id,
		});
		made[title] = task;
		if (waitsFor) await alice.call("PUT", `${P}/tasks/${task.id}/dependencies/${made[waitsFor].id}`, {});
	}
	for (const [column, title, who] of tasks)
		if (column === "Done")
			await people[who[0]].call("PUT", `${P}/tasks/${made[title].id}/position`, { column_id: ids.Done });

	const shown = made["Build the start page"];
	const T = `${P}/tasks/${shown.id}`;
	const later = made["Form for questions"].number;
	const description = `What people see first, after the drawing in **Files**. The form comes later: #${later}.`;
	await charlie.call("PATCH", T, { description });
	for (const [at, text] of ["Header and menu", "Opening hours", "Map"].entries()) {
		const item = await charlie.call("POST", `${T}/checklist`, { text });
		if (at < 2) await charlie.call("PATCH", `${T}/checklist/${item.id}`, { done: true });
	}
	const form = new FormData();
	form.set("file", new Blob([drawing], { type: "image/png" }), "start-page.png");
	const headers = { Cookie: bob.headers.Cookie, Origin: url, "X-Boardcast": "1" };
	const answered = await fetch(`${url}/api/v1${T}/attachments`, { method: "POST", headers, body: form });
	if (!answered.ok) throw new Error(`the drawing: ${answered.status} ${await answered.text()}`);
	await bob.call("PATCH", T, { cover_id: (await answered.json()).id });
	await bob.call("POST", `${T}/comments`, {
		body: "The drawing is done. Is the picture wide enough for large screens?",
	});
	await charlie.call("POST", `${T}/comments`, {
		body: `It is. [@Alice](mention:${alice.id}), may the opening hours stand on the right?`,
	});
	await bob.call("POST", `${P}/tasks/${made["Texts for “About us”"].id}/comments`, {
		body: `[@Alice](mention:${alice.id}) I like it. One sentence less in the middle?`,
	});
	await charlie.call("PUT", `${P}/tasks/${made["Translate into French"].id}/assignees/${alice.id}`);

	const view = { name: "Mine this week", layout: "table", filter: "assignee=me&due=week" };
	await alice.call("POST", `${P}/views`, view);
	const party = await bob.call("POST", "/projects", { name: "Summer party", key: "PARTY", template: "basic" });
	await bob.call("PUT", `/projects/${party.id}/members/${alice.id}`, { role: "editor" });
	return { people, project, shown, made };
}
