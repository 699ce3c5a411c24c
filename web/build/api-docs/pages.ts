// The pages of the API's documentation: made from the API's document and from docs/api, so that they say what the server does.
import { isObject, nouns, type Operation, operations, requested, source } from "./document.ts";
import { type Guide, guides } from "./guide.ts";
import { Html, html, prose } from "./html.ts";
import { fields, operation, titleOf, typeOf } from "./operation.ts";

export interface Linked {
	style: string;
	script: string;
}
interface Page {
	/** Behind `/docs/api/`; the first page has none. */
	name: string;
	title: string;
	text: Html;
}

const nounTitle = (noun: string) => noun.charAt(0).toUpperCase() + noun.slice(1);
const at = (name: string) => (name ? `/docs/api/${name}` : "/docs/api");
const languages: Record<string, string> = {
	curl: "Shell",
	go: "Go",
	python: "Python",
	typescript: "TypeScript",
};

function listOf(of: Operation[]): Html {
	return html`<ul class="operations">${of.map(
		(one) => html`<li data-words="${`${one.method} ${one.path} ${one.summary ?? ""}`.toLowerCase()}">
			<a href="/docs/api/${one.noun}#${one.operationId}"><span>${prose(titleOf(one))}</span>
			<span class="address"><span class="method" data-method="${one.method}">${one.method}</span> <code>${one.path.replace("/api/v1", "")}</code></span></a></li>`,
	)}</ul>`;
}

function overview(guide: Guide | undefined): Page {
	const text = html`${guide?.text}
		<h2 id="operations">All operations</h2>
		<div class="find" hidden><label for="find">Find an operation</label> <input id="find" type="search" autocomplete="off"> <span role="status" id="found"></span></div>
		${nouns.map((noun) => {
			const of = operations.filter((one) => one.noun === noun);
			return html`<section class="noun"><h3><a href="${at(noun)}">${nounTitle(noun)}</a></h3>${listOf(of)}</section>`;
		})}`;
	return { name: "", title: guide?.title ?? "The API", text };
}

function nounPage(noun: string): Page {
	const of = operations.filter((one) => one.noun === noun);
	const contents = of.length > 1 && html`<nav aria-label="On this page">${listOf(of)}</nav>`;
	return {
		name: noun,
		title: nounTitle(noun),
		text: html`<h1>${nounTitle(noun)}</h1>${contents}${of.map(operation)}`,
	};
}

function schemaPage(): Page {
	const all = Object.entries(source.components.schemas).sort(([a], [b]) => a.localeCompare(b));
	const shown = all.filter(([, schema]) => isObject(schema));
	const text = html`<h1>Schemas</h1>
		<p>What requests and answers hold. A field that an answer has and this list does not is newer than it: programs pass over it.</p>
		${shown.map(([name, schema]) => {
			const about = schema.description ?? "";
			const alike = schema.allOf?.filter(({ $ref }) => $ref) ?? [];
			return html`<section class="schema" aria-labelledby="${name}"><h2 id="${name}"><a href="#${name}">${name}</a></h2>
				${about && html`<p>${prose(about)}</p>`}
				${alike.length > 0 && html`<p>All of ${alike.map(typeOf)}, and what is more.</p>`}${fields(schema, requested.has(name) ? "request" : "answer")}</section>`;
		})}`;
	return { name: "schemas", title: "Schemas", text };
}

/** Navigation: on a phone it is folded. */
function navigation(current: string, written: Guide[]): Html {
	const entry = (name: string, title: string) =>
		html`<li><a href="${at(name)}"${name === current && new Html(' aria-current="page"')}>${title}</a></li>`;
	return html`<nav aria-label="Documentation" class="pages"><details open><summary>Contents</summary>
		<ul>${entry("", "Overview")}${written.filter(({ name }) => name in languages).map(({ name }) => entry(name, languages[name] ?? name))}${written.some(({ name }) => name === "changelog") && entry("changelog", "Changes")}</ul>
		<h2>Operations</h2><ul>${nouns.map((noun) => entry(noun, nounTitle(noun)))}</ul>
		<h2>Reference</h2><ul>${entry("schemas", "Schemas")}<li><a href="/api/openapi.json">OpenAPI 3.2</a></li><li><a href="/api/openapi-3.1.json">OpenAPI 3.1</a></li></ul>
	</details></nav>`;
}

function whole({ name, title, text }: Page, written: Guide[], { style, script }: Linked): string {
	return html`${new Html("<!doctype html>")}
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${name ? `${title} · ` : ""}Boardcast API</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${style}">
<script src="${script}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><a href="/">Boardcast</a> <span>API ${source.info.version}</span></header>
<div class="frame">${navigation(name, written)}<main id="main" tabindex="-1">${text}</main></div>
</body>
</html>
`.text;
}

/** All pages, by the names of their files in `docs/`. */
export function pages(linked: Linked): Map<string, string> {
	const written = guides();
	const readme = written.find(({ name }) => name === "README");
	const others = written.filter((one) => one !== readme);
	const all = [overview(readme), ...others, ...nouns.map(nounPage), schemaPage()];
	return new Map(
		all.map((page) => [page.name ? `api/${page.name}.html` : "api.html", whole(page, written, linked)]),
	);
}
