// What nobody uses: messages that no screen shows, and exports that no other file imports. An export that only a test
// imports counts as used when its own file uses it too. The sdk is published: what its entries hand on is used.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

const web = resolve(import.meta.dirname, "..");
// `vite.config.ts` puts the drawing of icons into the page.
const published = ["index", "react", "vue", "debug", "testing/samples"].map((name) => `sdk/${name}.ts`);
const entries = new Set(["src/main.tsx", "src/ui/draw-icon.ts", ...published]);
const generated = new Set(["sdk/api/schema.ts", "sdk/api/limits.ts"]);

const sources = new Map(
	["sdk", "src"]
		.flatMap((root) => readdirSync(join(web, root), { recursive: true, withFileTypes: true }))
		.filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts"))
		.map((entry) => relative(web, join(entry.parentPath, entry.name)))
		.filter((file) => !/^sdk\/(dist|examples)\//.test(file))
		.map((file) => {
			const text = readFileSync(join(web, file), "utf8");
			return [file, ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)];
		}),
);
const isTest = (file) => /\.test\.tsx?$/.test(file) || file.includes("/testing/");

function find(from, target) {
	if (!target.startsWith(".")) return undefined;
	const path = join(dirname(from), target);
	return [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`, `${path}/index.tsx`].find((one) =>
		sources.has(one),
	);
}

/** By file: the names that it exports, each with the node that declares it. */
const exported = new Map();
/** `file name`: the files that import it. */
const importers = new Map();
/** By messages file: the local names that stand for its messages, by importing file. */
const aliases = [];

const use = (target, name, by) => {
	const key = `${target} ${name}`;
	importers.set(key, [...(importers.get(key) ?? []), by]);
};

for (const [file, source] of sources) {
	const names = new Map();
	exported.set(file, names);
	const visit = (node) => {
		if (ts.isImportDeclaration(node)) {
			const target = find(file, node.moduleSpecifier.text);
			const bindings = node.importClause?.namedBindings;
			if (target && bindings && ts.isNamespaceImport(bindings)) use(target, "*", file);
			if (target && bindings && ts.isNamedImports(bindings)) {
				for (const one of bindings.elements) {
					const name = (one.propertyName ?? one.name).text;
					use(target, name, file);
					aliases.push({ target, file, name, alias: one.name.text });
				}
			}
		}
		if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
			const target = find(file, node.moduleSpecifier.text);
			if (node.exportClause && ts.isNamedExports(node.exportClause)) {
				for (const one of node.exportClause.elements) {
					if (target) use(target, (one.propertyName ?? one.name).text, file);
					if (target) names.set(one.name.text, node);
				}
			} else if (target) use(target, "*", file);
		}
		// `import("./index").then((m) => m.Board)`
		if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
			const target = find(file, node.arguments[0].text);
			const around = node.parent?.parent?.getText() ?? "";
			for (const [, name] of around.matchAll(/\bm\.(\w+)/g)) if (target) use(target, name, file);
			// `const edits = onDemand(() => import("./commands"))`, and anywhere `edits.use(({ moveTask }) => …)`
			const variable = /^onDemand\(/.test(around) && node.parent.parent.parent;
			if (target && variable && ts.isVariableDeclaration(variable)) {
				const uses = new RegExp(`\\b${variable.name.text}\\s*\\.use\\((?:async )?\\(\\{([^}]+)\\}`, "g");
				for (const [user, { text }] of sources) {
					for (const [, list] of text.matchAll(uses))
						for (const name of list.split(",")) use(target, name.trim(), user);
				}
			}
			for (const [, list] of source.text.matchAll(/const \{([^}]+)\} = await import\(/g)) {
				for (const name of list.split(",")) if (target) use(target, name.trim(), file);
			}
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	for (const node of source.statements) {
		if (
			!ts.canHaveModifiers(node) ||
			!ts.getModifiers(node)?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword)
		)
			continue;
		if (ts.isVariableStatement(node)) {
			for (const one of node.declarationList.declarations) names.set(one.name.getText(), node);
		} else if (node.name) names.set(node.name.text, node);
	}
}

const wrong = [];

for (const [file, names] of exported) {
	if (entries.has(file) || generated.has(file) || isTest(file)) continue;
	if (importers.has(`${file} *`)) continue;
	for (const name of names.keys()) {
		const by = importers.get(`${file} ${name}`) ?? [];
		if (by.some((one) => !isTest(one))) continue;
		const own = sources.get(file).text.match(new RegExp(`(?<![\\w.])${name}\\b`, "g")) ?? [];
		if (by.length > 0 && own.length > 1) continue;
		wrong.push(by.length > 0 ? `${file}: only a test uses ${name}` : `${file}: nothing imports ${name}`);
	}
}

/** `a`, `a.b`: the messages of an object; a function, a text or a list is one message. */
function keys(object, prefix = "") {
	return object.properties.flatMap((one) => {
		if (!one.name) return [];
		const name = prefix + one.name.text;
		const nested = ts.isPropertyAssignment(one) && ts.isObjectLiteralExpression(one.initializer);
		return nested ? keys(one.initializer, `${name}.`) : [name];
	});
}

let messages = 0;
for (const [file, source] of sources) {
	if (!file.endsWith(".en.ts")) continue;
	const entry = file.replace(/\.en\.ts$/, ".ts");
	for (const node of source.statements) {
		const declaration = ts.isVariableStatement(node) && node.declarationList.declarations[0];
		const isExported = ts.canHaveModifiers(node) && ts.getModifiers(node)?.length;
		if (!declaration || !isExported || !ts.isObjectLiteralExpression(declaration.initializer)) continue;
		const users = aliases.filter((one) => one.target === entry && one.name === declaration.name.text);
		const seen = new Set();
		// Messages that the messages file itself puts together.
		if (sources.has(entry)) users.push({ file: entry, alias: declaration.name.text });
		for (const { file: user, alias } of users) {
			const access = new RegExp(`(?<![\\w.])${alias}\\s*\\.\\s*(\\w+)(?:\\s*\\.\\s*(\\w+))?`, "g");
			for (const [, first, second] of sources.get(user).text.matchAll(access)) {
				seen.add(first);
				if (second) seen.add(`${first}.${second}`);
				// Chosen by a variable, or handed on as a whole: any of them may be shown.
				else seen.add(`${first}.*`);
			}
		}
		for (const key of keys(declaration.initializer)) {
			messages += 1;
			const [first, second] = key.split(".");
			const shown = second === undefined ? seen.has(first) : seen.has(key) || seen.has(`${first}.*`);
			if (!shown) wrong.push(`${file}: nothing shows ${key}`);
		}
	}
}

for (const line of wrong) console.error(line);
console.log(
	wrong.length ? `${wrong.length} unused` : `no unused exports, and all ${messages} messages are shown`,
);
process.exitCode = wrong.length ? 1 : 0;
