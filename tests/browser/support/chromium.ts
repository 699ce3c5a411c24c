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
	if (wanted && isAbsolute(wanted)) return wanted;
	const folders = (process.env["PATH"] ?? "").split(delimiter);
	for (const name of wanted ? [wanted] : names) {
		for (const folder of folders) {
			const path = join(folder, name);
			if (runs(path)) return path;
		}
	}
	throw new Error("no Chromium: install one, or set CHROMIUM to its path");
}

function runs(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
