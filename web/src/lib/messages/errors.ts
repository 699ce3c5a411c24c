import type { Problem } from "../api/problem";
import { errors as en } from "./en/errors";
import { choose } from "./language";

export const errors = choose({ en });

/** What happened, what was kept, what to do: for a toast or the line above a form. */
export function explain(problem: Problem): string {
	const known = errors.codes[problem.code as keyof typeof errors.codes];
	if (known) return known(problem.retry_after);
	if (problem.errors.length > 0) return problem.errors.map((error) => error.detail).join(" ");
	return problem.detail || errors.unknown(problem.request_id);
}
