// The client as a stranger gets it: built, packed, and installed in an empty folder. The examples of its README and its example
// apps must compile there under the strictest settings, all its entries must load in Node.js, and it must need no other package.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const web = resolve(import.meta.dirname, "..");
const sdk = join(web, "sdk");
const bin = (name) => join(web, "node_modules/.bin", name);
const { name, dependencies, exports } = JSON.parse(readFileSync(join(sdk, "package.json"), "utf8"));
if (dependencies) throw new Error(`${name} has dependencies`);

const folder = mkdtempSync(join(tmpdir(), "boardcast-client-"));
/** Says what a command said only when it fails. */
const run = (command, args, cwd = folder) => {
	try {
		return execFileSync(command, args, {
			cwd,
			encoding: "utf8",
			stdio: "pipe",
			env: { ...process.env, NO_COLOR: "1" },
		});
	} catch (error) {
		console.error(error.stdout, error.stderr);
		throw new Error(`${command} ${args.join(" ")} failed`);
	}
};
try {
	rmSync(join(sdk, "dist"), { recursive: true, force: true });
	run("npm", ["pack", "--silent", "--pack-destination", folder], sdk);
	const tarball = join(
		folder,
		`${name}-${JSON.parse(readFileSync(join(sdk, "package.json"), "utf8")).version}.tgz`,
	);
	const installed = join(folder, "node_modules", name);
	mkdirSync(installed, { recursive: true });
	run("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);

	// How other programs resolve the package, and whether its types are those of what it exports.
	run(bin("publint"), ["run", tarball, "--strict"]);
	run(bin("attw"), [tarball, "--profile", "esm-only", "--format", "ascii", "--no-emoji"]);

	for (const other of ["react", "react-dom", "vue", "@types/react", "@types/react-dom"]) {
		mkdirSync(dirname(join(folder, "node_modules", other)), { recursive: true });
		symlinkSync(join(web, "node_modules", other), join(folder, "node_modules", other), "junction");
	}
	const readme = readFileSync(join(sdk, "README.md"), "utf8");
	const files = [...readme.matchAll(/```(tsx?)\n([\s\S]+?)```/g)].map(([, kind, text], at) => {
		const file = `readme-${at + 1}.${kind}`;
		writeFileSync(join(folder, file), `declare const process: { env: Record<string, string> };\n${text}`);
		return file;
	});
	if (files.length < 2) throw new Error("the README has lost its examples");
	cpSync(join(sdk, "examples"), join(folder, "examples"), { recursive: true });
	writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
	const compilerOptions = {
		strict: true,
		noUncheckedIndexedAccess: true,
		exactOptionalPropertyTypes: true,
		noUnusedLocals: true,
		module: "nodenext",
		target: "es2024",
		lib: ["es2024", "dom", "dom.iterable"],
		jsx: "react-jsx",
		types: [],
		noEmit: true,
	};
	const react = [...files, "examples/react/main.tsx"];
	writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: react }));
	run(bin("tsc"), ["-p", "tsconfig.json"]);
	const vue = { ...compilerOptions, module: "esnext", moduleResolution: "bundler", jsx: "preserve" };
	writeFileSync(
		join(folder, "tsconfig.vue.json"),
		JSON.stringify({ compilerOptions: vue, include: ["examples/vue"] }),
	);
	run(bin("vue-tsc"), ["-p", "tsconfig.vue.json"]);

	const entries = Object.keys(exports).map((entry) => entry.replace(".", name));
	const load = entries.map((entry) => `await import("${entry}");`).join("\n");
	const use = `const { createClient } = await import("${name}"); createClient({ url: "http://127.0.0.1" }).close();`;
	run(process.execPath, ["--input-type=module", "-e", `${load}\n${use}`]);
	console.log(`${name} is packed, resolves everywhere, and its examples compile outside of this repository`);
} finally {
	rmSync(folder, { recursive: true, force: true });
}
