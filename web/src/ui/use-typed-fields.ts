import { Problem } from "boardcast";
import { useState } from "preact/hooks";

/**
 * The fields of an object in a form. Only the typed ones are sent; the others show what other people change. When another
 * person has changed a typed field meanwhile, the server refuses it, and both texts are shown.
 */
export function useTypedFields<T extends object>(row: T & { version: number }) {
	const [typed, setTyped] = useState<Partial<T>>({});
	const [base, setBase] = useState(row.version);
	/** Fields that another person has changed since the typing began. */
	const [contested, setContested] = useState<readonly string[]>([]);
	const fields = Object.keys(typed) as (keyof T & string)[];
	const reset = () => {
		setTyped({});
		setContested([]);
	};
	return {
		typed,
		/** The version at which the typing began. */
		base,
		dirty: fields.some((field) => typed[field] !== row[field]),
		value: <F extends keyof T>(field: F): T[F] => (field in typed ? (typed[field] as T[F]) : row[field]),
		type: <F extends keyof T>(field: F, value: T[F]) => {
			if (fields.length === 0) setBase(row.version);
			setTyped({ ...typed, [field]: value });
		},
		isContested: (field: keyof T & string) => contested.includes(field) && typed[field] !== row[field],
		reset,
		/** Sends what was typed. After a conflict the other text is shown, and sending again overwrites it. */
		send: async (request: (changes: Partial<T>, base: number) => Promise<unknown>) => {
			try {
				await request(typed, base);
				reset();
			} catch (error) {
				if (error instanceof Problem && error.code === "version_conflict") {
					setBase(versionOf(error) ?? base);
					setContested(error.conflicts);
				}
				throw error;
			}
		},
	};
}

function versionOf(problem: Problem): number | undefined {
	const version = (problem.current as { version?: unknown } | undefined)?.version;
	return typeof version === "number" ? version : undefined;
}
