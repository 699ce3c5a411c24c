// The API's document, as far as its pages read it.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Schema {
	$ref?: string;
	type?: string | string[];
	description?: string;
	format?: string;
	enum?: unknown[];
	examples?: unknown[];
	default?: unknown;
	properties?: Record<string, Schema>;
	required?: string[];
	items?: Schema;
	oneOf?: Schema[];
	anyOf?: Schema[];
	allOf?: Schema[];
	minLength?: number;
	maxLength?: number;
	minimum?: number;
	maximum?: number;
	minItems?: number;
	maxItems?: number;
}
export interface Parameter {
	name: string;
	in: "path" | "query" | "header";
	required?: boolean;
	description?: string;
	schema: Schema;
}
type Content = Record<string, { schema: Schema }>;
export interface Reply {
	$ref?: string;
	description: string;
	headers?: Record<string, unknown>;
	content?: Content;
}
interface Described {
	tags: string[];
	operationId: string;
	summary?: string;
	description?: string;
	parameters?: Parameter[];
	requestBody?: { required?: boolean; content: Content };
	responses: Record<string, Reply>;
	security?: object[];
}
export interface Operation extends Described {
	method: string;
	path: string;
	noun: string;
}

const file = join(import.meta.dirname, "../../openapi.json");
export const source: {
	info: { version: string; description: string };
	paths: Record<string, Record<string, Described>>;
	components: { schemas: Record<string, Schema>; responses: Record<string, Reply> };
} = JSON.parse(readFileSync(file, "utf8"));

const order = ["get", "post", "put", "patch", "delete"];

/** All operations, each under its noun: as the document has them, those of one address by method. */
export const operations: Operation[] = Object.entries(source.paths).flatMap(([path, methods]) =>
	Object.entries(methods)
		.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
		.map(([method, one]) => ({ ...one, method: method.toUpperCase(), path, noun: one.tags[0] ?? "other" })),
);

/** What programs come for first; then the others, as the document has them. */
const first = ["projects", "board", "events", "tasks", "columns", "labels", "comments", "attachments"];
export const nouns: string[] = [...new Set([...first, ...operations.map(({ noun }) => noun)])];

export const nameOf = (ref: string): string => ref.split("/").at(-1) ?? ref;
export const find = (name: string): Schema => source.components.schemas[name] ?? {};

/** The schema itself; of what may be null or is of one part only, that part. */
export function resolved(schema: Schema): Schema {
	if (schema.$ref) return resolved(find(nameOf(schema.$ref)));
	const parts = (schema.oneOf ?? schema.anyOf ?? []).filter(({ type }) => type !== "null");
	return parts.length === 1 && parts[0] ? resolved(parts[0]) : schema;
}

/** The fields of an object, with those that it has from others. */
export function fieldsOf(schema: Schema): [string, Schema, boolean][] {
	const own = resolved(schema);
	const required = own.required ?? [];
	const inherited = (own.allOf ?? []).flatMap(fieldsOf);
	const fields = Object.entries(own.properties ?? {}).map(([name, field]): [string, Schema, boolean] => [
		name,
		field,
		required.includes(name),
	]);
	return [...inherited, ...fields];
}

/** Whether a schema has fields, and so a place of its own on the page of schemas. */
export const isObject = (schema: Schema): boolean => fieldsOf(schema).length > 0;

/** The schemas of what is sent, with those that are in them. */
export const requested: Set<string> = new Set();
function request(schema: Schema): void {
	const name = schema.$ref && nameOf(schema.$ref);
	if (name) {
		if (requested.has(name)) return;
		requested.add(name);
		request(find(name));
	}
	const parts = [schema.items, ...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
	for (const part of [...parts, ...Object.values(schema.properties ?? {})]) if (part) request(part);
}
for (const { requestBody } of operations)
	for (const { schema } of Object.values(requestBody?.content ?? {})) request(schema);

/** A value as the schema describes it. Of a request only what has to be in it, or else the first field. */
export function exampleOf(schema: Schema, whole: boolean, depth = 0): unknown {
	if (schema.examples?.length) return schema.examples[0];
	const own = resolved(schema);
	if (own.examples?.length && !isObject(own)) return own.examples[0];
	if (own.default !== undefined) return own.default;
	if (own.enum?.length) return own.enum[0];
	const fields = fieldsOf(own);
	if (fields.length > 0) {
		if (depth > 2) return {};
		const needed = fields.filter(([, , required]) => required);
		const shown = whole ? fields : needed.length > 0 ? needed : fields.slice(0, 1);
		return Object.fromEntries(shown.map(([name, field]) => [name, exampleOf(field, whole, depth + 1)]));
	}
	const type = Array.isArray(own.type) ? own.type.find((one) => one !== "null") : own.type;
	if (type === "array") return own.items ? [exampleOf(own.items, whole, depth + 1)] : [];
	if (type === "integer" || type === "number") return Math.max(own.minimum ?? 1, 1);
	if (type === "boolean") return true;
	if (type === "object") return {};
	if (own.format === "uuid") return "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5";
	if (own.format === "date-time") return "2026-11-20T10:00:00.000Z";
	return "…";
}
