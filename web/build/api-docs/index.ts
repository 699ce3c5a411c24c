// The API's documentation as pages of the binary: `docs/api.html` and `docs/api/*.html`, which the server shows without their
// ending. They are no part of the page's own files and load none of its scripts.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { minifySync, type Plugin } from "vite";
import { pages } from "./pages.ts";

const own = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");
const tokens = join(import.meta.dirname, "../../src/ui/styles/tokens.css");

export const apiDocs: Plugin = {
	name: "api-docs",
	apply: "build",
	writeBundle({ dir = "dist" }) {
		const put = (file: string, text: string) => {
			mkdirSync(dirname(join(dir, file)), { recursive: true });
			writeFileSync(join(dir, file), text);
		};
		/** Named by its contents, as the page's files are. */
		const asset = (ending: string, text: string) => {
			const name = createHash("sha256").update(text).digest("base64url").slice(0, 8);
			const file = `assets/docs-${name}.${ending}`;
			put(file, text);
			return `/${file}`;
		};
		const style = asset("css", `${readFileSync(tokens, "utf8")}\n${own("style.css")}`);
		const script = asset("js", minifySync("script.js", own("script.js")).code);
		for (const [file, text] of pages({ style, script })) put(`docs/${file}`, text);
	},
};
