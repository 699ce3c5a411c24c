import type { Problem } from "boardcast";
import { errors as en } from "./errors.en";
import { choose } from "./language";

const errors = choose({ en });

/** A problem in words, for a toast or the line above a form: what happened, and what to do. */
export function explain(problem: Problem): string {
	const known = errors.codes[problem.code as keyof typeof errors.codes];
	if (known) return known(problem.retry_after);
	if (problem.errors.length > 0) return problem.errors.map((error) => sentence(error.detail)).join(" ");
	return problem.detail || errors.unknown(problem.request_id);
}

/** Make a sentence of what the server says of a field: "must be 1 to 90". */
export function sentence(detail: string): string {
	const whole = detail.charAt(0).toUpperCase() + detail.slice(1);
	return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
