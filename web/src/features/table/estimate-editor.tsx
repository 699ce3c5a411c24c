import { limits, type Task } from "boardcast";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { patchTask } from "../../domain/task/commands";
import { nameOf } from "../../domain/task/names";
import { within } from "../../platform/within";
import { editorKeys } from "./editor-keys";
import { table as words } from "./messages";
import type { TableModel } from "./model";
import { readNumber } from "./paste";

interface Props {
	model: TableModel;
	task: Task;
	/** Replaces the estimate; undefined: the estimate is changed. */
	typed: string | undefined;
}

export function EstimateEditor({ model, task, typed }: Props) {
	const field = useRef<HTMLInputElement>(null);
	const [text, setText] = useState(typed ?? task.estimate?.toString() ?? "");
	const [isTold, setTold] = useState(false);
	/** The same without waiting for the next rendering: Enter and the loss of the focus follow each other at once. */
	const now = useRef<string | null>(text);
	const value = estimateOf(text);
	useLayoutEffect(() => {
		field.current?.focus();
		if (typed === undefined) field.current?.select();
	}, []);
	const commit = (): boolean => {
		if (now.current === null) return true;
		const estimate = estimateOf(now.current);
		if (estimate === undefined) {
			setTold(true);
			return false;
		}
		now.current = null;
		if (estimate !== task.estimate) patchTask(model.store, task, { estimate });
		return true;
	};
	const cancel = () => {
		now.current = null;
	};
	const isWrong = isTold && value === undefined;
	return (
		<>
			<input
				ref={field}
				type="text"
				inputMode="decimal"
				class="table-field"
				autocomplete="off"
				aria-label={words.estimateOf(nameOf(model.store, task))}
				aria-invalid={isWrong || undefined}
				value={text}
				onInput={(event) => {
					now.current = event.currentTarget.value;
					setText(event.currentTarget.value);
				}}
				onBlur={() => {
					if (commit()) model.stopEditing("estimate", task.id);
				}}
				onKeyDown={(event) => editorKeys(model, event, { commit, cancel })}
			/>
			{isWrong && (
				<p class="table-wrong" role="alert">
					{words.estimateWrong(limits.TaskPatch.estimate)}
				</p>
			)}
		</>
	);
}

/** Undefined when it is no estimate. */
function estimateOf(text: string): number | null | undefined {
	if (text.trim() === "") return null;
	const number = readNumber(text.trim());
	return number !== undefined && within(number, limits.TaskPatch.estimate) ? number : undefined;
}
