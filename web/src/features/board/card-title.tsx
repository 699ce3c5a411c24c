import { useComputed } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { isSaved } from "../../live/provisional";
import { TitleField } from "./later";
import type { TitleProps } from "./title-waiting";

interface Props extends TitleProps {
	editing: boolean;
}

/** The title: a link that covers the whole card, so that Enter, a middle click and "copy link" work as on any link. */
export function CardTitle({ task, name, board, editing }: Props) {
	const tabbed = useComputed(() => board.focus.tabbed(task.id)).value;
	if (editing) return <TitleField task={task} name={name} board={board} />;
	if (!isSaved(task.id)) {
		return (
			<p class="card-title" dir="auto">
				{task.title}
			</p>
		);
	}
	return <TitleLink task={task} name={name} board={board} tabbed={tabbed} />;
}

function TitleLink({ task, name, board, tabbed }: TitleProps & { tabbed: boolean }) {
	const ref = useRef<HTMLAnchorElement>(null);
	useLayoutEffect(() => (ref.current ? board.focus.card(task.id, ref.current) : undefined), [task.id]);
	return (
		<a
			ref={ref}
			class="card-title card-link"
			dir="auto"
			href={board.address(task)}
			draggable={false}
			tabIndex={tabbed ? 0 : -1}
			aria-label={`${name} ${task.title}`}
			onFocus={() => board.focus.entered(task.id)}
		>
			{task.title}
		</a>
	);
}
