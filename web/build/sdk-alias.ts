// The package is read from its source and not from its build: by the page, by its examples, and by the tests.
import { join } from "node:path";

const sdk = join(import.meta.dirname, "../sdk");
const entries = {
	"": "index.ts",
	"/react": "react.ts",
	"/vue": "vue.ts",
	"/debug": "debug.ts",
	"/testing": "testing/samples.ts",
};

export const alias = Object.entries(entries).map(([name, file]) => ({
	find: new RegExp(`^boardcast${name}$`),
	replacement: join(sdk, file),
}));
