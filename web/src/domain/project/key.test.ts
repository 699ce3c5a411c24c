import { expect, test } from "vitest";
import { keyFrom } from "./key";

test("a key is made of the first letters of a name", () => {
	expect(keyFrom("Launch the website", [])).toBe("LAUN");
	expect(keyFrom("A b", [])).toBe("AB");
});

test("a name without such letters gets a key of its own", () => {
	expect(keyFrom("Сад", [])).toBe("P0");
	expect(keyFrom("7 wonders", [])).toBe("P4");
	expect(keyFrom("ö x", [])).toBe("P1");
});

test("a key that another project has gets a number", () => {
	expect(keyFrom("Launch", ["LAUN"])).toBe("LAUN2");
	expect(keyFrom("Launch", ["LAUN", "LAUN2"])).toBe("LAUN3");
});
