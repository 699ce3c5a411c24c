import { useState } from "preact/hooks";
import { Problem } from "../lib/api/problem";
import { explain } from "../lib/messages/errors";

/** Sending a form: busy while under way, the refusal kept until the next try. */
export function useForm(send: () => Promise<void>) {
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState<Problem | null>(null);
	const onSubmit = async (event: SubmitEvent) => {
		event.preventDefault();
		if (busy) return;
		setBusy(true);
		setProblem(null);
		try {
			await send();
		} catch (error) {
			setProblem(error instanceof Problem ? error : new Problem(0, { code: "internal" }));
		} finally {
			setBusy(false);
		}
	};
	const error = (field: string) => problem?.field(field);
	// A refusal that belongs to no field stands above the button.
	const refusal = problem && problem.errors.length === 0 ? explain(problem) : undefined;
	return { busy, onSubmit, error, refusal };
}
