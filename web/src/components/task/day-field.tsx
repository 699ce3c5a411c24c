import { useEffect, useRef, useState } from "preact/hooks";
import type { Day } from "../../lib/api/types";
import { DateField } from "../field";

interface Props {
	label: string;
	bare?: boolean;
	value: Day | null;
	min?: Day | undefined;
	error?: string | undefined;
	onPick: (value: Day | null) => void;
}

const settling = 900;
const oldest = "1970-01-01";

/** A day that is being typed goes through the years 0002, 0020 and 0202: only what it comes to rest at is picked. */
export function DayField({ value, min, onPick, ...rest }: Props) {
	const [typed, setTyped] = useState<Day | null | undefined>(undefined);
	const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
	const latest = useRef<() => void>(() => {});
	latest.current = () => {
		clearTimeout(timer.current);
		setTyped(undefined);
		const wanted = typed === null || (typed !== undefined && typed >= oldest);
		if (wanted && typed !== value) onPick(typed);
	};
	useEffect(() => () => latest.current(), []);
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				latest.current();
			}}
			onFocusOut={() => latest.current()}
		>
			<DateField
				{...rest}
				{...(min ? { min } : {})}
				value={typed === undefined ? value : typed}
				onPick={(next) => {
					setTyped(next);
					clearTimeout(timer.current);
					timer.current = setTimeout(() => latest.current(), settling);
				}}
			/>
		</form>
	);
}
