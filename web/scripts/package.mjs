// The client as a stranger gets it: built, packed, and installed in an empty folder. The example of its README must
// compile there under the strictest settings, the package must load in Node.js, and it must need no other package.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const web = resolve(import.meta.dirname, "..");
const sdk = join(web, "sdk");
const tsc = join(web, "node_modules/.bin/tsc");
const { name, files, dependencies } = JSON.parse(readFileSync(join(sdk, "package.json"), "utf8"));
if (dependencies) throw new Error(`${name} has dependencies`);

const folder = mkdtempSync(join(tmpdir(), "boardcast-client-"));
const run = (command, ...args) => execFileSync(command, args, { cwd: folder, stdio: "inherit" });
try {
	rmSync(join(sdk, "dist"), { recursive: true, force: true });
	run(tsc, "-p", join(sdk, "tsconfig.json"));
	const installed = join(folder, "node_modules", name);
	mkdirSync(installed, { recursive: true });
	for (const part of ["package.json", ...files])
		cpSync(join(sdk, part), join(installed, part), { recursive: true });

	const [, example] = /```ts\n([\s\S]+?)```/.exec(readFileSync(join(sdk, "README.md"), "utf8")) ?? [];
	writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
	writeFileSync(
		join(folder, "example.ts"),
		`declare const process: { env: Record<string, string> };\n${example}`,
	);
	const strict = [
		"--strict",
		"--noUncheckedIndexedAccess",
		"--exactOptionalPropertyTypes",
		"--module",
		"nodenext",
	];
	run(tsc, ...strict, "--target", "es2024", "--lib", "es2024,dom,dom.iterable", "--noEmit", "example.ts");
	const load = `const { createApi, Replica } = await import("${name}"); new Replica("p", {}); createApi({ baseUrl: "" });`;
	run(process.execPath, "--input-type=module", "-e", load);
	console.log(`${name} builds, and its example compiles outside of this repository`);
} finally {
	rmSync(folder, { recursive: true, force: true });
}
