import { Api } from "./api";
import type { Server } from "./server";

export const password = "correct-horse-battery";

export interface Person {
	id: string;
	name: string;
	email: string;
	api: Api;
}
export interface People {
	alice: Person;
	bob: Person;
	charlie: Person;
}

/** Made before the server starts: Alice runs it. */
export function prepare(server: Server): void {
	const account = ["--email", "alice@example.com", "--name", "Alice", "--admin", "--password-stdin"];
	server.command(["user", "add", ...account], `${password}\n`);
}

export async function gather(server: Server): Promise<People> {
	const [alice, bob, charlie] = await Promise.all([
		enter(server, "Alice", "/session"),
		enter(server, "Bob", "/users"),
		enter(server, "Charlie", "/users"),
	]);
	return { alice, bob, charlie };
}

async function enter(server: Server, name: string, path: "/session" | "/users"): Promise<Person> {
	const email = `${name.toLowerCase()}@example.com`;
	const account = path === "/users" ? { email, name, password } : { email, password };
	return { name, email, ...(await Api.enter(server.url, path, account)) };
}
