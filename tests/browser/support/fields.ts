import type { Locator } from "@playwright/test";

/** Chooses in one of the page's own lists, by the beginning of what the option says. */
export async function choose(field: Locator, label: string): Promise<void> {
	await field.click();
	await field
		.page()
		.getByRole("option", { name: new RegExp(`^${label}`) })
		.click();
}

/** A day as a field shows it: `Fri 4 Dec`. `now` is the page's, where a test has fixed its clock. */
export function shown(day: string, now = new Date()): string {
	const thisYear = day.slice(0, 4) === now.toISOString().slice(0, 4);
	const format = new Intl.DateTimeFormat("en-GB", {
		weekday: "short",
		day: "numeric",
		month: "short",
		...(thisYear ? {} : { year: "numeric" }),
		timeZone: "UTC",
	});
	return format.format(new Date(`${day}T00:00:00Z`)).replaceAll(",", "");
}
