import { Problem } from "boardcast";
import { useRef, useState } from "preact/hooks";
import { explain, sentence } from "../platform/i18n/errors";
import { whileSending } from "../platform/unsaved";

export type FormState = ReturnType<typeof useForm>;

/** The state of a form: busy while it is sent, and the reason of a refusal until it is sent again. */
export function useForm(send: () => Promise<void>) {
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState<Problem | null>(null);
	const shown = useRef(new Set<string>()).current;
	const onSubmit = async () => {
		if (busy) return;
		setBusy(true);
		setProblem(null);
		try {
			await whileSending(send);
		} catch (error) {
			setProblem(error instanceof Problem ? error : new Problem(0, { code: "internal" }));
		} finally {
			setBusy(false);
		}
	};
	return {
		busy,
		onSubmit,
		/** The error of one field. */
		error: (field: string) => {
			shown.add(`/${field}`);
			const detail = problem?.field(field);
			return detail && sentence(detail);
		},
		/** The errors that no field shows, for the line above the button. */
		get message() {
			if (!problem) return undefined;
			if (problem.errors.length === 0) return explain(problem);
			const rest = problem.errors.filter((error) => !shown.has(error.pointer));
			return rest.length > 0 ? rest.map((error) => sentence(error.detail)).join(" ") : undefined;
		},
	};
}
