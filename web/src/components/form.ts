import { useRef, useState } from "preact/hooks";
import { Problem } from "../lib/api/problem";
import { explain, sentence } from "../lib/messages/errors";

export type Form = ReturnType<typeof useForm>;

/** Sending a form: busy while under way, the refusal kept until the next try. */
export function useForm(send: () => Promise<void>) {
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState<Problem | null>(null);
	const shown = useRef(new Set<string>()).current;
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
	return {
		busy,
		onSubmit,
		/** The line under a field. */
		error: (field: string) => {
			shown.add(`/${field}`);
			const detail = problem?.field(field);
			return detail && sentence(detail);
		},
		/** What no field shows, for the line above the button. */
		get refusal() {
			if (!problem) return undefined;
			if (problem.errors.length === 0) return explain(problem);
			const rest = problem.errors.filter((error) => !shown.has(error.pointer));
			return rest.length > 0 ? rest.map((error) => sentence(error.detail)).join(" ") : undefined;
		},
	};
}
