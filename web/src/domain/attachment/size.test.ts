import { expect, test } from "vitest";
import { sizeText } from "./size";

test.each([
	[0, "0 bytes"],
	[1, "1 byte"],
	[340, "340 bytes"],
	[999, "999 bytes"],
	[1000, "1 kB"],
	[1536, "1.5 kB"],
	[1024 * 1000, "1 MB"],
	[25 * 1024 * 1024, "25 MB"],
	[3 * 1024 ** 4, "3,072 GB"],
])("%d bytes are %j", (bytes, text) => {
	expect(sizeText(bytes)).toBe(text);
});
