// The limits of what requests may hold, by schema and field, as the server describes them: `sdk/api/limits.ts`.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const web = join(import.meta.dirname, "..");
const kept = ["minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"];

/** The text of the file. */
export function makeLimits() {
	const { paths, components } = JSON.parse(readFileSync(join(web, "openapi.json"), "utf8"));
	const nameOf = (ref) => ref.split("/").at(-1);
	const resolve = (schema) => (schema.$ref ? resolve(components.schemas[nameOf(schema.$ref)]) : schema);
	/** A field may be given as one of several, such as a text or null: at most one of them has limits. */
	const limitsOf = (schema) => {
		const found = [schema, ...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])].map(
			resolve,
		);
		const entries = found.flatMap((one) =>
			kept.filter((name) => name in one).map((name) => [name, one[name]]),
		);
		return Object.fromEntries(entries);
	};
	const bodies = Object.values(paths)
		.flatMap((path) => Object.values(path))
		.flatMap((operation) => Object.values(operation.requestBody?.content ?? {}))
		.flatMap(({ schema }) => [schema, ...(schema.oneOf ?? [])])
		.flatMap(({ $ref }) => ($ref ? [nameOf($ref)] : []));
	const lines = [...new Set(bodies)].sort().flatMap((name) => {
		const fields = Object.entries(components.schemas[name].properties ?? {})
			.map(([field, schema]) => [field, limitsOf(schema)])
			.filter(([, limits]) => Object.keys(limits).length > 0);
		const text = fields.map(([field, limits]) => `\n\t${field}: ${objectText(limits)},`);
		return text.length > 0 ? [`export const ${name} = {${text.join("")}\n} as const;\n`] : [];
	});
	return `// Made from openapi.json by "npm run types".\n\n${lines.join("\n")}`;
}

function objectText(object) {
	return `{ ${Object.entries(object)
		.map(([name, value]) => `${name}: ${value}`)
		.join(", ")} }`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(join(web, "sdk/api/limits.ts"), makeLimits());
