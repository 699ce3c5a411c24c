import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

const names = [
	"chromium-headless-shell",
	"chromium",
	"chromium-browser",
	"google-chrome-stable",
	"google-chrome",
];

/** The browser of this machine: `CHROMIUM` names it or says where it is. */
export function chromium(): string {
	const wanted = process.env["CHROMIUM"];
	const path = find(wanted ? [wanted] : names);
	if (!path) throw new Error("no Chromium: install one, or set CHROMIUM to its path");
	return path;
}

/**
 * The same browser without what is around a page, which takes half of the processor's time: `HEADLESS_SHELL` names it or says
 * where it is. It has no push messages.
 */
export const headlessShell = process.env["HEADLESS_SHELL"]
	? find([process.env["HEADLESS_SHELL"]])
	: undefined;

/** How a browser is started. */
export function launched(executablePath: string) {
	return {
		executablePath,
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			// A name that is not `localhost`: pages there are in no secure context.
			"--host-resolver-rules=MAP board.lan 127.0.0.1",
		],
	};
}

function find(wanted: readonly string[]): string | undefined {
	const folders = (process.env["PATH"] ?? "").split(delimiter);
	for (const name of wanted) {
		if (isAbsolute(name)) return name;
		const path = folders.map((folder) => join(folder, name)).find(runs);
		if (path) return path;
	}
	return undefined;
}

function runs(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
