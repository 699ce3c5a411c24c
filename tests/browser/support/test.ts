import {
	type BrowserContext,
	type BrowserContextOptions,
	test as base,
	type ConsoleMessage,
	type Page,
	expect as patient,
} from "@playwright/test";
import { gather, type People, type Person, prepare } from "./people";
import { Relay } from "./relay";
import { Server } from "./server";
import { intervals } from "./timing";

/** As the runner's own, but it looks again sooner: what is true after 0.4 s is not seen after 0.9 s only. */
export const expect = patient.extend({});
const { poll } = expect;
expect.poll = (actual, wanted) =>
	poll(actual, { intervals, ...(typeof wanted === "string" ? { message: wanted } : wanted) });

type Options = BrowserContextOptions & { through?: Relay };

/** What one test uses: browsers of people, watched for everything that should never be said in their consoles. */
export class World {
	readonly #contexts: BrowserContext[] = [];
	readonly #relays: Relay[] = [];
	readonly #servers: Server[] = [];
	readonly #troubles: string[] = [];
	#expected: RegExp[] = [];

	constructor(
		readonly server: Server,
		readonly people: People,
		private readonly newContext: (options?: BrowserContextOptions) => Promise<BrowserContext>,
	) {}

	/** A browser of its own, signed in. */
	async browser(person: Person | null, { through, ...options }: Options = {}): Promise<BrowserContext> {
		const baseURL = through?.url ?? person?.api.url ?? this.server.url;
		const context = await this.newContext({ ...options, baseURL });
		this.#contexts.push(context);
		context.on("weberror", (error) => this.#troubles.push(`page error: ${error.error().message}`));
		context.on("console", (message) => this.#hear(message));
		if (person) {
			const [name = "", value = ""] = person.api.cookie.split("=");
			await context.addCookies([{ name, value, url: baseURL, httpOnly: true, sameSite: "Lax" }]);
		}
		return context;
	}

	/** A page at an address, in a browser of its own. */
	async open(person: Person | null, path: string, options: Options = {}): Promise<Page> {
		const page = await (await this.browser(person, options)).newPage();
		await page.goto(path);
		return page;
	}

	async relay(server = this.server): Promise<Relay> {
		const relay = await Relay.to(server);
		this.#relays.push(relay);
		return relay;
	}

	/** A server that this test may kill, with the same three people. */
	async another(settings: { outgoing?: string } = {}): Promise<{ server: Server; people: People }> {
		const server = await Server.start(settings, prepare);
		this.#servers.push(server);
		return { server, people: await gather(server) };
	}

	/** A server with rate limits and caps, with the same three people. */
	async limited(): Promise<{ server: Server; people: People }> {
		const server = await Server.start({ limits: "on" }, prepare);
		this.#servers.push(server);
		return { server, people: await gather(server) };
	}

	/** A server that the pages of other origins may use with a token, with the same three people. */
	async forOrigins(...cors: string[]): Promise<{ server: Server; people: People }> {
		const server = await Server.start({ cors }, prepare);
		this.#servers.push(server);
		return { server, people: await gather(server) };
	}

	/** A server that its people reach over plain HTTP by a name in their network. */
	async inNetwork(host: string): Promise<Server> {
		const server = await Server.start({ host });
		this.#servers.push(server);
		return server;
	}

	/** A server on which nobody ever was. */
	async fresh(): Promise<Server> {
		const server = await Server.start({ signup: "invited" });
		this.#servers.push(server);
		return server;
	}

	/** The browser itself reports every refused or lost request; where one is the point, it is expected. */
	expectTrouble(like: RegExp): void {
		this.#expected.push(like);
	}

	async end(): Promise<void> {
		for (const context of this.#contexts) await context.close();
		for (const relay of this.#relays) await relay.close();
		for (const server of this.#servers) await server.stop();
		const unexpected = this.#troubles.filter((text) => !this.#expected.some((like) => like.test(text)));
		expect(unexpected, "said in the console").toEqual([]);
	}

	#hear(message: ConsoleMessage): void {
		if (message.type() !== "error") return;
		const { url } = message.location();
		// Asking who one is has no other way to learn that one is nobody.
		const whoAmI = /status of 401/.test(message.text()) && url.endsWith("/api/v1/session");
		// Who is taken off a project may have said where they are a moment before they learnt of it.
		const whereIAm = /status of 404/.test(message.text()) && url.endsWith("/presence");
		if (!whoAmI && !whereIAm) this.#troubles.push(`${message.text()} ${url}`);
	}
}

export const test = base.extend<
	{ world: World; people: People },
	{ home: { server: Server; people: People } }
>({
	home: [
		// biome-ignore lint/correctness/noEmptyPattern: the runner reads the names of the fixtures from it
		async ({}, use) => {
			const server = await Server.start({}, prepare);
			await use({ server, people: await gather(server) });
			await server.stop();
		},
		{ scope: "worker", timeout: 60_000 },
	],
	world: async ({ home, browser }, use) => {
		const world = new World(home.server, home.people, (options) => browser.newContext(options));
		await use(world);
		await world.end();
	},
	people: async ({ home }, use) => use(home.people),
});
