import { expect, test } from "vitest";
import { readAgent } from "./agent";

const chrome =
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
const edge =
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0";
const iphone =
	"Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Mobile/15E148 Safari/604.1";

test("a browser is not taken for the ones that it claims to be", () => {
	expect(readAgent(chrome)).toEqual({ browser: "Chrome", system: "Linux", phone: false });
	expect(readAgent(edge)).toEqual({ browser: "Edge", system: "Windows", phone: false });
	expect(readAgent(iphone)).toEqual({ browser: "Safari", system: "iOS", phone: true });
});
test("a program without a browser is none", () => {
	expect(readAgent("curl/8.5.0").browser).toBeUndefined();
	expect(readAgent("").browser).toBeUndefined();
});
