// `npx vite sdk/examples` in web/ shows the examples; a server of Boardcast has to be started with `--cors-origins` for them.
import { join } from "node:path";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import { alias } from "../../build/sdk-alias.ts";

const root = import.meta.dirname;
const pages = ["react", "vue"].map((name) => [name, join(root, name, "index.html")]);

export default defineConfig({
	root,
	plugins: [vue()],
	resolve: { alias },
	oxc: { jsx: { runtime: "automatic", importSource: "react" } },
	server: { port: 5174 },
	build: { rolldownOptions: { input: Object.fromEntries(pages) } },
});
