// Every text that the page shows is in a `messages.en.ts` beside the noun or the screen that shows it. Another language
// is another file beside it with an object of the same type; `choose` picks by the languages of the browser.
/** The languages that all texts are there in. */
const languages = ["en"];

interface Chosen {
	/** The language of all texts of the page. */
	language: string;
	/** The same with the region of the reader, for dates and numbers. */
	locale: string;
}

/** By what the browser prefers, which may be nothing that `Intl` knows: `en-US@posix`, `C`. */
export function chosenFrom(preferred: readonly string[]): Chosen {
	const usable = preferred.flatMap((tag) => parsed(tag) ?? []);
	const best = usable.find((tag) => languages.includes(tag.language));
	const language = best?.language ?? "en";
	const region = best?.region ?? usable[0]?.maximize().region;
	return { language, locale: region ? `${language}-${region}` : language };
}

function parsed(tag: string): Intl.Locale | undefined {
	try {
		return new Intl.Locale(tag.replace(/[@.].*$/, "").replaceAll("_", "-"));
	} catch {
		return undefined;
	}
}

const { language, locale } = chosenFrom(globalThis.navigator?.languages ?? []);

export { locale };

export function choose<T>(translations: { en: T } & Record<string, T>): T {
	return isolating(translations[language] ?? translations.en);
}

const rightToLeft =
	/[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]|[\ud802\ud803\ud83a\ud83b]/;

/** A name inside of a sentence is set apart from it: one of another direction would turn the words around it. */
export function isolate(text: string): string {
	return rightToLeft.test(text) ? `\u2068${text}\u2069` : text;
}

/** The same texts, in which people's words are set apart. */
function isolating<T>(texts: T): T {
	if (typeof texts === "function") {
		return ((...args: unknown[]) =>
			texts(...args.map((arg) => (typeof arg === "string" ? isolate(arg) : arg)))) as T;
	}
	if (texts === null || typeof texts !== "object" || Array.isArray(texts)) return texts;
	return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, isolating(text)])) as T;
}

const rules = new Map<string, Intl.PluralRules>();

/** `plural("en", 3, { one: "task", other: "tasks" })` is `3 tasks`. */
export function plural(
	language: string,
	count: number,
	forms: { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>,
): string {
	const rule = rules.get(language) ?? new Intl.PluralRules(language);
	rules.set(language, rule);
	return `${count.toLocaleString(language)} ${forms[rule.select(count)] ?? forms.other}`;
}
