import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const root = resolve(__dirname, "../../..");
const binary = resolve(root, process.env["BOARDCAST_BIN"] ?? "target/debug/boardcast");
const patience = 30_000;

interface Settings {
	signup?: "open" | "invited" | "closed";
	limits?: "on" | "off";
	/** Networks that the server may send to, such as webhooks of a test. */
	outgoing?: string;
	/** A host that leads here, for pages that are not on `localhost`. */
	host?: string;
	/** Origins of other pages, which may use a token here. */
	cors?: readonly string[];
}

/** One running binary with a data folder of its own, which may be killed and started again in the same place. */
export class Server {
	readonly data = mkdtempSync(join(tmpdir(), "boardcast-browser-"));
	#process: ChildProcess | undefined;
	#ended: Promise<void> = Promise.resolve();
	#said: string[] = [];
	#url = "";

	private constructor(private readonly settings: Settings) {}

	/** `prepare` runs on the empty data folder: accounts that the command line makes. */
	static async start(settings: Settings = {}, prepare?: (server: Server) => void): Promise<Server> {
		const server = new Server(settings);
		prepare?.(server);
		await server.#start(settings.host ? `127.0.0.1:${await freePort()}` : "127.0.0.1:0");
		return server;
	}

	get url(): string {
		return this.#url;
	}

	get port(): number {
		return Number(new URL(this.#url).port);
	}

	/** What it printed for the person who started it. */
	get said(): string {
		return this.#said.join("\n");
	}

	/** Runs a command of the binary on this server's data. */
	command(args: readonly string[], input: string): void {
		const run = spawnSync(binary, [...args, "--data", this.data], {
			input,
			encoding: "utf8",
			env: settled(),
		});
		if (run.status !== 0) throw new Error(`boardcast ${args.join(" ")}: ${run.stderr || run.error}`);
	}

	/** As if the power went: nothing is written, nobody is told. */
	async kill(): Promise<void> {
		this.#process?.kill("SIGKILL");
		await this.#ended;
	}

	/** On the same address and data as before. */
	async restart(): Promise<void> {
		await this.#start(new URL(this.#url).host);
	}

	async stop(): Promise<void> {
		this.#process?.kill("SIGTERM");
		const late = setTimeout(() => this.#process?.kill("SIGKILL"), 5000);
		await this.#ended;
		clearTimeout(late);
		rmSync(this.data, { recursive: true, force: true });
	}

	async #start(listen: string): Promise<void> {
		const args = [
			"serve",
			"--listen",
			listen,
			"--data",
			this.data,
			"--limits",
			this.settings.limits ?? "off",
		];
		const { host, cors } = this.settings;
		if (cors) args.push("--cors-origins", cors.join(","));
		if (host) args.push("--public-url", `http://${host}:${listen.split(":")[1]}`);
		const { outgoing } = this.settings;
		const env = {
			...settled(),
			BOARDCAST_SIGNUP: this.settings.signup ?? "open",
			BOARDCAST_LOG: "warn",
			...(outgoing ? { BOARDCAST_OUTGOING_NETWORKS: outgoing } : {}),
		};
		const child = spawn(binary, args, { env, stdio: ["ignore", "pipe", "pipe"] });
		this.#process = child;
		this.#said = [];
		let errors = "";
		child.stderr.on("data", (text) => {
			errors += text;
		});
		this.#ended = new Promise((done) => child.once("close", () => done()));
		await new Promise<void>((ready, fail) => {
			const timer = setTimeout(() => fail(new Error(`the server did not start: ${errors}`)), patience);
			const over = () => fail(new Error(`the server ended: ${errors}`));
			child.once("close", over);
			child.once("error", fail);
			createInterface({ input: child.stdout }).on("line", (line) => {
				this.#said.push(line);
				const address = /^listening on (http:\S+)/.exec(line)?.[1];
				if (!address) return;
				this.#url = address.replace(/\/$/, "");
				clearTimeout(timer);
				child.off("close", over);
				ready();
			});
		});
	}
}

async function freePort(): Promise<number> {
	const listening = createServer().listen(0, "127.0.0.1");
	await new Promise((ready) => listening.once("listening", ready));
	const { port } = listening.address() as AddressInfo;
	await new Promise((closed) => listening.close(closed));
	return port;
}

/** Our environment without settings of the server: what the runner sets for others it would refuse. */
function settled(): NodeJS.ProcessEnv {
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("BOARDCAST_")));
}
