// The pages of docs/api/*.md.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Marked, type Tokens } from "marked";
import { Html } from "./html.ts";

const folder = join(import.meta.dirname, "../../../docs/api");

/** Pages link to each other by the names of their files; what is not among them is only in the repository. */
function addressOf(href: string): string | undefined {
	if (/^(https?:|#|\/)/.test(href)) return href;
	const name = /^(\w+)\.md(#.*)?$/.exec(href);
	if (!name) return undefined;
	return `/docs/api${name[1] === "README" ? "" : `/${name[1]}`}${name[2] ?? ""}`;
}

const slug = (text: string) =>
	text
		.toLowerCase()
		.replace(/[^\w]+/g, "-")
		.replace(/^-|-$/g, "");

const marked = new Marked({
	renderer: {
		heading({ tokens, depth, text }: Tokens.Heading) {
			return `<h${depth} id="${slug(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
		},
		link({ href, tokens }: Tokens.Link) {
			const text = this.parser.parseInline(tokens);
			const to = addressOf(href);
			return to === undefined ? text : `<a href="${to}">${text}</a>`;
		},
		code({ text }: Tokens.Code) {
			const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
			return `<div class="code"><pre tabindex="0"><code>${escaped}</code></pre></div>\n`;
		},
	},
});

export interface Guide {
	/** The name of its file: `README` is the first page. */
	name: string;
	title: string;
	text: Html;
}

/** A table that may be wider than a phone. It is named by the heading above it. */
function scrolling(table: string, at: number, whole: string): string {
	const [, above = "Table"] = [...whole.slice(0, at).matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].at(-1) ?? [];
	const name = above.replace(/<[^>]+>/g, "");
	return `<div class="wide" tabindex="0" role="region" aria-label="${name}: table">${table}</div>`;
}

export function guides(): Guide[] {
	return readdirSync(folder)
		.filter((name) => name.endsWith(".md"))
		.map((file) => {
			const markdown = readFileSync(join(folder, file), "utf8");
			const made = marked.parse(markdown, { async: false });
			const text = new Html(made.replace(/<table>[\s\S]*?<\/table>/g, scrolling));
			return { name: file.replace(".md", ""), title: /^# (.+)/.exec(markdown)?.[1] ?? file, text };
		});
}
