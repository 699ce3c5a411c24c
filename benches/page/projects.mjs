// The projects that are looked at: made through the API, the same each time.
const password = "correct-horse-battery";
const writers = 8;
const people = ["Bob", "Charlie", "Member4", "Member5", "Member6", "Member7"];
const columns = [
	{ name: "Backlog", kind: "backlog" },
	{ name: "To do" },
	{ name: "Doing" },
	{ name: "Review" },
	{ name: "Testing" },
	{ name: "Done", kind: "done" },
];
const labels = ["bug", "design", "docs", "infra", "mobile", "research", "security", "support"];
const words =
	"move the cold starts of a slow importer behind one queue and tell the people who wait for it".split(" ");
export const administrator = { email: "alice@example.com", password };

/** The API as one person. */
export class Api {
	constructor(url, cookie, id) {
		Object.assign(this, { url, cookie, id });
	}

	static async enter(url, path, body) {
		const answer = await send(url, "POST", path, body);
		if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
		return new Api(url, answer.headers.getSetCookie()[0].split(";")[0], (await answer.json()).user.id);
	}

	async call(method, path, body) {
		const answer = await send(this.url, method, path, body, this.cookie);
		if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
		return answer.status === 204 ? undefined : answer.json();
	}
}

function send(url, method, path, body, cookie) {
	return fetch(`${url}/api/v1${path}`, {
		method,
		headers: {
			Origin: url,
			...(cookie ? { Cookie: cookie } : {}),
			...(body ? { "Content-Type": "application/json" } : {}),
		},
		...(body ? { body: JSON.stringify(body) } : {}),
	});
}

export const signIn = (url, name = "Alice") =>
	Api.enter(url, "/session", { email: `${name.toLowerCase()}@example.com`, password });

/** People, and one project for each number of tasks. */
export async function makeProjects(url, sizes, comments = 1000) {
	const alice = await signIn(url);
	const others = [];
	for (const name of people) {
		others.push(
			await Api.enter(url, "/users", { email: `${name.toLowerCase()}@example.com`, name, password }),
		);
	}
	for (const size of sizes) await makeProject(alice, others, size);
	await talk(alice, others, comments);
}

/** A project with one task, and this many comments on it. */
export const talked = "TALK";

async function talk(alice, others, comments) {
	const { id } = await alice.call("POST", "/projects", { name: "Talk", key: talked, template: "empty" });
	const column = await alice.call("POST", `/projects/${id}/columns`, { name: "To do" });
	const path = `/projects/${id}/tasks`;
	const task = { title: "What everybody talks of", column_id: column.id };
	const { id: about } = await alice.call("POST", path, task);
	for (const other of others) await alice.call("PUT", `/projects/${id}/members/${other.id}`, { role: "editor" });
	const speakers = await Promise.all(people.map((name) => signIn(alice.url, name)));
	for (let number = 0; number < comments; number++) {
		const body = comment(number, others[number % others.length].id);
		await speakers[number % speakers.length].call("POST", `${path}/${about}/comments`, { body });
	}
}

/** As people write: most in a sentence or two, some with a list, a table or code, some to somebody. */
function comment(number, other) {
	const text = `Comment ${number}: ${sentence(number, 8 + (number % 30))}.`;
	if (number % 10 === 3) return `${text}\n\n- ${sentence(number, 4)}\n- **${sentence(number + 1, 3)}**\n- [ ] ${sentence(number, 5)}`;
	if (number % 25 === 7) return `${text}\n\n| what | how long |\n|---|---|\n| ${sentence(number, 2)} | ${number} ms |`;
	if (number % 25 === 12) return `${text}\n\n\`\`\`rust\nfn main() {\n    println!("${number}");\n}\n\`\`\``;
	if (number % 6 === 1) return `[@Bob](mention:${other}) ${text} See #1.`;
	return text;
}

export const keyOf = (size) => `T${String(size).replace(/\d/g, (digit) => "ABCDEFGHIJ"[Number(digit)])}`;

async function makeProject(alice, others, size) {
	const key = keyOf(size);
	const { id } = await alice.call("POST", "/projects", { name: `${size} tasks`, key, template: "empty" });
	const path = `/projects/${id}`;
	for (const other of others) await alice.call("PUT", `${path}/members/${other.id}`, { role: "editor" });
	const made = async (name, bodies) => {
		const ids = [];
		for (const body of bodies) ids.push((await alice.call("POST", `${path}/${name}`, body)).id);
		return ids;
	};
	const inside = {
		columns: await made("columns", columns),
		labels: await made(
			"labels",
			labels.map((name, index) => ({
				name,
				colour: `#${(0x336699 + index * 0x0a1c2b).toString(16).padStart(6, "0")}`,
			})),
		),
		milestones: await made(
			"milestones",
			[30, 90, 200].map((days) => ({ name: `Release ${days}`, due_on: day(days) })),
		),
		people: [alice.id, ...others.map((other) => other.id)],
	};
	const numbers = Array.from({ length: size }, (_, index) => index);
	const tasks = await spread(numbers, (number) => alice.call("POST", `${path}/tasks`, task(number, inside)));
	const dated = tasks.filter(({ start_on }) => start_on !== null);
	const links = Math.min(size / 5, dated.length - 7);
	await spread(numbers.slice(0, links), (number) =>
		alice.call(
			"PUT",
			`${path}/tasks/${dated[number + 1 + (number % 5)].id}/dependencies/${dated[number].id}`,
		),
	);
	await spread(numbers.slice(0, size / 2), (number) =>
		alice.call("POST", `${path}/tasks/${tasks[number - (number % 5)].id}/checklist`, {
			text: `Step ${sentence(number, 4)}`,
		}),
	);
}

function task(number, { columns, labels, milestones, people }) {
	const start = (number * 37) % 500;
	return {
		title: `Task ${number} ${sentence(number, 3 + (number % 9))}`,
		column_id: columns[number % columns.length],
		label_ids: pick(labels, number, number % 4),
		assignee_ids: pick(people, number * 3, number % 3),
		priority: ["none", "none", "low", "medium", "high", "urgent"][(number * 7) % 6],
		...(number % 10 < 4 ? { start_on: day(start - 100), due_on: day(start - 100 + (number % 12)) } : {}),
		...(number % 10 === 5 ? { due_on: day(start - 60) } : {}),
		...(number % 5 === 0 ? { milestone_id: milestones[number % milestones.length] } : {}),
		...(number % 8 === 0 ? { estimate: 1 + (number % 13) } : {}),
	};
}

const sentence = (from, count) =>
	Array.from({ length: count }, (_, at) => words[(from * 5 + at) % words.length]).join(" ");
const pick = (from, start, count) =>
	Array.from({ length: count }, (_, at) => from[(start + at) % from.length]);
const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

/** Does something for each item, several at a time; answers the results in order. */
async function spread(items, act) {
	const results = [];
	let next = 0;
	const write = async () => {
		for (let at = next++; at < items.length; at = next++) results[at] = await act(items[at]);
	};
	await Promise.all(Array.from({ length: writers }, write));
	return results;
}
