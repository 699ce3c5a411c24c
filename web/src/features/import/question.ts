// What the server has to be told of a table before it can read it.
import type { Day, ImportMapping, Problem } from "boardcast";

export type DateOrder = NonNullable<ImportMapping["date_order"]>;

export type Question =
	| { about: "date_order"; example: string; days: Partial<Record<DateOrder, Day>> }
	| { about: "title" };

/** Such a refusal is a question. */
export function questionOf(problem: Problem): Question | undefined {
	const pointed = (pointer: string) => problem.errors.find((error) => error.pointer === pointer);
	const dates = pointed("/mapping/date_order");
	if (dates) {
		const example = /"([^"]+)"/.exec(dates.detail)?.[1] ?? "";
		return { about: "date_order", example, days: readings(example) };
	}
	return pointed("/mapping/columns") ? { about: "title" } : undefined;
}

/** The two days that a text such as 05/06/2026 may mean. */
export function readings(example: string): Partial<Record<DateOrder, Day>> {
	const found = /^\D*(\d{1,2})\D+(\d{1,2})\D+(\d{2}|\d{4})(?!\d)/.exec(example);
	if (!found) return {};
	const [one = 0, other = 0, short = 0] = found.slice(1).map(Number);
	const year = short < 100 ? short + 2000 : short;
	const day = (month: number, date: number): Day | undefined => {
		const at = new Date(Date.UTC(year, month - 1, date));
		return at.getUTCMonth() === month - 1 ? at.toISOString().slice(0, 10) : undefined;
	};
	const [dmy, mdy] = [day(other, one), day(one, other)];
	return { ...(dmy ? { dmy } : {}), ...(mdy ? { mdy } : {}) };
}
