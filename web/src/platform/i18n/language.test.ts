import { describe, expect, it } from "vitest";
import { choose, chosenFrom, isolate } from "./language";

describe("the language", () => {
	it("is never one that the browser does not know", () => {
		for (const odd of [["en-US@posix"], ["C"], ["POSIX"], ["en_US.UTF-8"], ["", "x"], []]) {
			const { locale } = chosenFrom(odd);
			expect(() => new Intl.DateTimeFormat(locale)).not.toThrow();
		}
		expect(chosenFrom(["en-US@posix"]).locale).toBe("en-US");
		expect(chosenFrom(["C"])).toEqual({ language: "en", locale: "en" });
	});

	it("is one for texts and dates, in the reader's region", () => {
		expect(chosenFrom(["de-DE", "de"])).toEqual({ language: "en", locale: "en-DE" });
		expect(chosenFrom(["de", "en-GB"])).toEqual({ language: "en", locale: "en-GB" });
		const { locale } = chosenFrom(["de"]);
		expect(new Intl.RelativeTimeFormat(locale).format(-20, "minute")).toBe("20 minutes ago");
	});
});

describe("a name inside of a sentence", () => {
	const words = choose({ en: { did: (who: string, what: string) => `${who} ${what} this`, plain: "plain" } });

	it("is set apart when it runs the other way, or tries to turn what follows", () => {
		expect(words.did("דנה", "moved")).toBe("\u2068דנה\u2069 moved this");
		expect(words.did("\u202eBob", "moved")).toBe("\u2068\u202eBob\u2069 moved this");
	});

	it("is left as it is otherwise", () => {
		expect(words.did("Bob", "moved")).toBe("Bob moved this");
		expect([words.plain, isolate("Ömer")]).toEqual(["plain", "Ömer"]);
	});
});
