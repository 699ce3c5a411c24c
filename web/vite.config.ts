import { defineConfig } from "vitest/config";

// Where `npm run dev` finds the server; everything under /api is handed to it.
const server = process.env["BOARDCAST_SERVER"] ?? "http://127.0.0.1:8080";
const proxy = {
	// No `changeOrigin`: Host and Origin must agree for the server's CSRF check.
	"/api": { target: server, xfwd: false },
};

export default defineConfig({
	oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
	server: { port: 5173, proxy },
	preview: { port: 4173, proxy },
	build: {
		target: "es2023",
		manifest: true,
		// The content security policy forbids data: scripts and inline styles.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
	},
	test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx"], environment: "node" },
});
