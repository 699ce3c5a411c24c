// What the reports are asked for, in the address. The names of people, labels and milestones are those of the filter, so that
// a filter of the board is one of the reports too.
import type { Day } from "boardcast";
import { me, none } from "../../domain/filter/filter";
import type { Asked } from "../../domain/report/read";
import { daysAfter } from "../../domain/task/due";

export const ranges = ["fortnight", "month", "quarter", "dates"] as const;
export type Range = (typeof ranges)[number];
const lengths: Record<Exclude<Range, "dates">, number> = { fortnight: 14, month: 30, quarter: 91 };

export const intervals = ["day", "week"] as const;
type Interval = (typeof intervals)[number];

export interface Wanted {
	range: Range;
	from: Day;
	to: Day;
	interval: Interval;
	/** Empty: any. */
	label: string;
	assignee: string;
	milestone: string;
}

/** With more days than that, steps are weeks by default. */
const manyDays = 62;

export function readWanted(query: URLSearchParams, today: Day): Wanted {
	const named = ranges.find((one) => one === query.get("range")) ?? "month";
	const dates = [query.get("from"), query.get("to")].filter(isDay).sort();
	const [from, to] = dates;
	const range = named === "dates" && !(from && to) ? "month" : named;
	const span =
		range === "dates"
			? { from: from ?? today, to: to ?? today }
			: { from: daysAfter(today, 1 - lengths[range]), to: today };
	const length = (Date.parse(span.to) - Date.parse(span.from)) / 86_400_000;
	const usual = length > manyDays ? "week" : "day";
	// The filter of the other views may have several: the reports are about one.
	const first = (name: string) => query.get(name)?.split(",")[0] ?? "";
	return {
		range,
		...span,
		interval: intervals.find((one) => one === query.get("interval")) ?? usual,
		label: first("label") === none ? "" : first("label"),
		assignee: first("assignee"),
		milestone: first("milestone"),
	};
}

export function askedOf(wanted: Wanted, user: string): Asked {
	const { from, to, interval, label, assignee, milestone } = wanted;
	return {
		from,
		to,
		interval,
		...(label ? { label } : {}),
		...(assignee ? { assignee: assignee === me ? user : assignee } : {}),
		...(milestone ? { milestone } : {}),
	};
}

function isDay(text: string | null): text is Day {
	return text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}
