import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";

const web = resolve(__dirname, "../../../web");
const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** The examples of the package, built and served on an origin of their own. */
export class Examples {
	private constructor(
		private readonly folder: string,
		private readonly server: Server,
	) {}

	static async start(): Promise<Examples> {
		const folder = mkdtempSync(join(tmpdir(), "boardcast-examples-"));
		const vite = join(web, "node_modules/vite/bin/vite.js");
		const args = ["build", "--config", "sdk/examples/vite.config.ts", "--outDir", folder, "--emptyOutDir"];
		execFileSync(process.execPath, [vite, ...args, "--logLevel", "error"], { cwd: web, stdio: "pipe" });
		const server = createServer((request, response) => {
			const { pathname } = new URL(request.url ?? "/", "http://localhost");
			try {
				const text = readFileSync(join(folder, pathname));
				response.setHeader("Content-Type", types[extname(pathname)] ?? "application/octet-stream");
				response.end(text);
			} catch {
				response.writeHead(pathname === "/favicon.ico" ? 204 : 404).end();
			}
		});
		server.listen(0, "127.0.0.1");
		await new Promise((ready) => server.once("listening", ready));
		return new Examples(folder, server);
	}

	get origin(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	stop(): void {
		this.server.closeAllConnections();
		this.server.close();
		rmSync(this.folder, { recursive: true, force: true });
	}
}
