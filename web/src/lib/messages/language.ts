// Every word the page shows is a function or a string in `en/<feature>.ts`. Another language is another folder whose
// files satisfy the English ones' types; `choose` picks by the browser's wish.
const wished = globalThis.navigator?.languages ?? ["en"];

export function choose<T>(translations: { en: T } & Record<string, T>): T {
	for (const tag of wished) {
		const found = translations[tag] ?? translations[tag.split("-")[0] ?? ""];
		if (found) return found;
	}
	return translations.en;
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
