import { defineConfig } from "@playwright/test";
import { chromium, headlessShell, launched } from "./support/chromium";
import { intervals } from "./support/timing";

export default defineConfig({
	testDir: ".",
	outputDir: "./results",
	// Each worker has a server and a browser of its own; two cores carry two of them, and three without what is around a page.
	workers: Number(process.env["BROWSER_WORKERS"] ?? (headlessShell ? 3 : 2)),
	fullyParallel: false,
	forbidOnly: true,
	// A build server is busy with others at times. What passes only then is named at the end of `tests/run`.
	retries: process.env["CI"] === "true" ? 1 : 0,
	timeout: 40_000,
	// Debug builds on busy machines; what must be fast is measured by its own assertion.
	expect: { timeout: 10_000, toPass: { intervals } },
	reporter: "list",
	use: {
		viewport: { width: 1280, height: 800 },
		locale: "en-GB",
		timezoneId: "UTC",
		colorScheme: "light",
		// A worker's own requests cannot be held or counted by a test. `push.spec.ts` allows it, and what it does is shown there.
		serviceWorkers: "block",
		launchOptions: launched(headlessShell ?? chromium()),
	},
});
