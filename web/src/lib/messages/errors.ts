import type { Problem } from "../api/problem";
import { errors as en } from "./en/errors";
import { choose } from "./language";

export const errors = choose({ en });

/** What happened, what was kept, what to do: for a toast or the line above a form. */
export function explain(problem: Problem): string {
	const known = errors.codes[problem.code as keyof typeof errors.codes];
	if (known) return known(problem.retry_after);
	if (problem.errors.length > 0) return problem.errors.map((error) => sentence(error.detail)).join(" ");
	return problem.detail || errors.unknown(problem.request_id);
}

/** The server says "must be 1 to 90", to go behind a field's name; alone on a line it is a sentence. */
export function sentence(detail: string): string {
	const whole = detail.charAt(0).toLocaleUpperCase() + detail.slice(1);
	return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
