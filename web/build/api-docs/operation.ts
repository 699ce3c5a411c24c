// One operation: what is sent, what is answered, what is refused, and how curl asks.
import {
	exampleOf,
	fieldsOf,
	find,
	isObject,
	nameOf,
	type Operation,
	type Parameter,
	type Reply,
	resolved,
	type Schema,
	source,
} from "./document.ts";
import { block, Html, html, prose } from "./html.ts";

const formats: Record<string, string> = {
	uuid: "id",
	date: "day",
	"date-time": "instant",
	binary: "file",
	email: "address",
};

/** What a field holds, in a few words. What has fields of its own is a link to them. */
export function typeOf(schema: Schema): Html {
	if (schema.$ref && isObject(schema)) return link(nameOf(schema.$ref));
	const parts = schema.oneOf ?? schema.anyOf;
	if (parts) return joined(parts.map(typeOf), " or ");
	if (schema.$ref) return typeOf(find(nameOf(schema.$ref)));
	if (schema.allOf?.length === 1 && schema.allOf[0]) return typeOf(schema.allOf[0]);
	if (schema.enum)
		return schema.enum.length > 12
			? html`text`
			: joined(
					schema.enum.map((one) => html`<code>${JSON.stringify(one).replaceAll('"', "")}</code>`),
					" or ",
				);
	const types = [schema.type ?? "anything"].flat();
	return joined(
		types.map((type) => {
			if (type === "array") return schema.items ? html`list of ${plural(typeOf(schema.items))}` : html`list`;
			if (type === "string") return html`${formats[schema.format ?? ""] ?? "text"}${range(schema)}`;
			return html`${type}${range(schema)}`;
		}),
		" or ",
	);
}

/** Ids and texts; links and limits stay as they are. */
const plural = (type: Html) => (/^[a-z]+$/.test(type.text) ? html`${type}s` : type);

const link = (name: string) => html`<a href="/docs/api/schemas#${name}">${name}</a>`;

function joined(parts: Html[], between: string): Html {
	const texts = [...new Set(parts.map(({ text }) => text))];
	return new Html(texts.join(between));
}

function range({ type, minLength, maxLength, minimum, maximum }: Schema): string {
	const least = minLength || undefined;
	const [from, to, unit] = [type].flat().includes("string")
		? [least, maxLength, " characters"]
		: [minimum, maximum, ""];
	const number = (value: number) => value.toLocaleString("en-GB", { useGrouping: value < 1e12 });
	if (from !== undefined && to !== undefined)
		return from === to ? `, ${number(to)}${unit}` : `, ${number(from)} to ${number(to)}${unit}`;
	if (to !== undefined) return `, at most ${number(to)}${unit}`;
	return from ? `, at least ${number(from)}${unit}` : "";
}

function aboutOf(schema: Schema): string {
	const parts = [schema, ...(schema.oneOf ?? [])].map(({ description }) => description);
	return parts.find(Boolean) ?? (isObject(schema) ? "" : (resolved(schema).description ?? ""));
}

/** A list of names: what each holds, and what it means. */
function definitions(rows: { name: string; type: Html; mark: string; about: string; more?: string }[]): Html {
	return html`<dl class="fields">${rows.map(
		({ name, type, mark, about, more }) => html`<div>
			<dt><code>${name}</code>${mark && html` <span class="mark">${mark}</span>`}</dt>
			<dd><span class="type">${type}${more}</span>${about && html`<p>${prose(about)}</p>`}</dd>
		</div>`,
	)}</dl>`;
}

/** Of a request is said what it needs, of an answer what it may lack. */
export function fields(schema: Schema, of: "request" | "answer"): Html {
	return definitions(
		fieldsOf(schema).map(([name, field, needed]) => ({
			name,
			type: typeOf(field),
			mark: of === "request" ? (needed ? "required" : "") : needed ? "" : "may be absent",
			about: aboutOf(field),
			more: field.default === undefined ? "" : `; ${JSON.stringify(field.default)} when absent`,
		})),
	);
}

function parameters(given: Parameter[]): Html {
	return definitions(
		given.map(({ name, schema, required, description }) => ({
			name,
			type: typeOf(schema),
			mark: required ? "required" : "",
			about: description === "its id" ? "" : (description ?? aboutOf(schema)),
			more: schema.default === undefined ? "" : `; ${JSON.stringify(schema.default)} when absent`,
		})),
	);
}

const jsonOf = (value: unknown) => JSON.stringify(value, null, 2);

function curl({ method, path, parameters = [], requestBody, responses, security }: Operation): string {
	const address = path.replace(/\{(\w+)\}/g, (_, name: string) => `$${name.toUpperCase()}`);
	const needed = parameters.filter((one) => one.in === "query" && one.required);
	const query = needed.map(
		({ name, schema }) => `${name}=${encodeURIComponent(String(exampleOf(schema, false)))}`,
	);
	const stream = Object.keys(responses["200"]?.content ?? {}).join() === "text/event-stream";
	const content = Object.keys(requestBody?.content ?? {});
	const json = requestBody?.content["application/json"];
	const lines = [
		`curl ${stream ? "-N " : ""}${method === "GET" || (json && method === "POST") ? "" : `-X ${method} `}"$BOARDCAST_URL${address}${query.length > 0 ? `?${query.join("&")}` : ""}"`,
	];
	if (security?.length !== 0) lines.push('-H "Authorization: Bearer $BOARDCAST_TOKEN"');
	if (content.includes("multipart/form-data")) lines.push("-F file=@notes.txt");
	else if (json)
		lines.push(`--json '${JSON.stringify(exampleOf(json.schema, false)).replaceAll("'", "'\\''")}'`);
	return lines.join(" \\\n  ");
}

function body({ requestBody }: Operation): Html {
	if (!requestBody) return html``;
	const kinds = Object.entries(requestBody.content);
	const [, shown] = kinds.find(([, { schema }]) => isObject(schema)) ?? kinds[0] ?? [];
	const types = kinds.map(([type]) => html`<code>${type}</code>`);
	const optional = requestBody.required === false ? " It may be left out." : "";
	return html`<h3>Body</h3><p>${shown?.schema.$ref && isObject(shown.schema) && html`${link(nameOf(shown.schema.$ref))} as `}${joined(types, ", ")}.${optional}</p>
		${shown && isObject(shown.schema) && fields(shown.schema, "request")}`;
}

function answers({ responses }: Operation): Html {
	const good = Object.entries(responses).filter(([status]) => /^[23]/.test(status));
	return html`<h3>Answer</h3>${good.map(([status, { description, content }]) => {
		const kinds = Object.entries(content ?? {});
		const text = html`<p><strong>${status}</strong> ${prose(description)}${kinds.map(([type, { schema }]) => html`<br><code>${type}</code> ${schema && typeOf(schema)}`)}</p>`;
		const json = content?.["application/json"]?.schema;
		if (!json || status === "304") return text;
		return html`${text}<details><summary>Example</summary>${block(jsonOf(exampleOf(json, true)))}</details>`;
	})}`;
}

/** The refusal of a status, which all operations share. */
const refusal = (reply: Reply): Reply =>
	reply.$ref ? (source.components.responses[nameOf(reply.$ref)] ?? reply) : reply;

function refusals({ responses }: Operation): Html {
	const bad = Object.entries(responses).filter(([status]) => /^[45]/.test(status));
	return html`<details><summary>Refusals: ${bad.map(([status]) => status).join(", ")}</summary>
		<dl class="refusals">${bad.map(([status, reply]) => html`<div><dt>${status}</dt><dd>${prose(refusal(reply).description)}</dd></div>`)}</dl>
		<p>Each is <code>application/problem+json</code>: ${link("Problem")}.</p></details>`;
}

/** The first words of what it does, and what is said after them. */
function told({ summary, operationId }: Operation): [string, string] {
	const text = (summary ?? operationId).replaceAll("\n", " ");
	const end = /[.;:](\s|$)/.exec(text)?.index ?? text.length;
	const rest = text.slice(end + 1).trim();
	return [text.slice(0, end), rest.charAt(0).toUpperCase() + rest.slice(1)];
}

export const titleOf = (one: Operation): string => told(one)[0];

function section(title: string, given: Parameter[]): Html {
	return html`${given.length > 0 && html`<h3>${title}</h3>${parameters(given)}`}`;
}

export function operation(one: Operation): Html {
	const { method, path, operationId, description = "", parameters: given = [] } = one;
	const [title, rest] = told(one);
	const of = (place: Parameter["in"]) => given.filter((parameter) => parameter.in === place);
	return html`<section class="operation" id="${operationId}" aria-labelledby="${operationId}-title">
		<h2 id="${operationId}-title"><a href="#${operationId}">${prose(title)}</a></h2>
		<p class="address"><span class="method" data-method="${method}">${method}</span> <code>${path}</code>${one.security?.length === 0 && html` <span class="public">without signing in</span>`}</p>
		${rest && html`<p>${prose(rest)}</p>`}
		${description
			.split("\n\n")
			.filter(Boolean)
			.map((part) => html`<p>${prose(part)}</p>`)}
		${block(curl(one))}
		${section("In the address", of("path"))}
		${section("Query", of("query"))}
		${body(one)}
		${section("Headers", of("header"))}
		${answers(one)}
		${refusals(one)}
	</section>`;
}
