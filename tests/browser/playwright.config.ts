import { defineConfig } from "@playwright/test";
import { chromium } from "./support/chromium";

export default defineConfig({
	testDir: ".",
	outputDir: "./results",
	// Each worker has a server and a browser of its own; two cores carry two of them.
	workers: Number(process.env["BROWSER_WORKERS"] ?? 2),
	fullyParallel: false,
	forbidOnly: true,
	retries: 0,
	timeout: 40_000,
	// Debug builds on busy machines; what must be fast is measured by its own assertion.
	expect: { timeout: 10_000 },
	reporter: "list",
	use: {
		viewport: { width: 1280, height: 800 },
		locale: "en-GB",
		timezoneId: "UTC",
		colorScheme: "light",
		launchOptions: {
			executablePath: chromium(),
			args: [
				"--no-sandbox",
				"--disable-gpu",
				"--disable-quic",
				"--no-first-run",
				"--disable-background-networking",
				"--disable-component-update",
				"--disable-sync",
			],
		},
	},
});
