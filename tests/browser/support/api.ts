export interface Task {
	id: string;
	number: number;
	title: string;
	description: string;
	column_id: string;
	position: string;
	assignee_ids: string[];
	label_ids: string[];
	milestone_id: string | null;
	priority: string;
	start_on: string | null;
	due_on: string | null;
	estimate: number | null;
	completed_at: string | null;
	archived_at: string | null;
	version: number;
}
export interface Snapshot {
	seq: number;
	project: { id: string; key: string; name: string };
	members: { id: string; name: string; role: string }[];
	columns: { id: string; name: string; position: string }[];
	tasks: Task[];
	labels: { id: string; name: string; colour: string }[];
	milestones: { id: string; name: string; due_on: string | null; completed_at: string | null }[];
	dependencies: { id: string; task_id: string; depends_on_id: string; lag_days: number }[];
	checklist_items: { id: string; task_id: string; text: string; done: boolean; position: string }[];
}

/** The REST API as one person sees it: for setting up, and for what a page is compared with. */
export class Api {
	constructor(
		readonly url: string,
		readonly cookie: string,
	) {}

	/** Signs up or in; answers the person and what a browser needs to be them. */
	static async enter(
		url: string,
		path: "/users" | "/session",
		body: object,
	): Promise<{ api: Api; id: string }> {
		const send = () =>
			fetch(`${url}/api/v1${path}`, {
				method: "POST",
				headers: { "Content-Type": "application/json", Origin: url },
				body: JSON.stringify(body),
			});
		let answer = await send();
		// A server that has too many passwords to hash on a busy machine asks to come back.
		for (let turn = 0; answer.status === 503 && turn < 10; turn++) {
			await new Promise((next) => setTimeout(next, 500));
			answer = await send();
		}
		if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
		const cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
		const { user } = (await answer.json()) as { user: { id: string } };
		return { api: new Api(url, cookie), id: user.id };
	}

	async call<T>(method: string, path: string, body?: object): Promise<T> {
		const answer = await fetch(`${this.url}/api/v1${path}`, {
			method,
			headers: {
				Cookie: this.cookie,
				Origin: this.url,
				...(body ? { "Content-Type": "application/json" } : {}),
			},
			...(body ? { body: JSON.stringify(body) } : {}),
		});
		if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
		return (answer.status === 204 ? undefined : await answer.json()) as T;
	}

	get<T>(path: string): Promise<T> {
		return this.call("GET", path);
	}
	post<T>(path: string, body: object): Promise<T> {
		return this.call("POST", path, body);
	}
	put<T>(path: string, body?: object): Promise<T> {
		return this.call("PUT", path, body);
	}
	patch<T>(path: string, body: object): Promise<T> {
		return this.call("PATCH", path, body);
	}
	delete(path: string): Promise<void> {
		return this.call("DELETE", path);
	}
}
