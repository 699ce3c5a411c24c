import { useComputed } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { isSaved } from "../../live/provisional";
import { TitleField } from "./later";
import type { TitleProps } from "./title-waiting";

interface Props extends TitleProps {
	editing: boolean;
}

/** The title: a link that covers the whole card, so that Enter, a middle click and "copy link" work as on any link. */
export function CardTitle({ editing, ...title }: Props) {
	const { task, list, board } = title;
	const tabbed = useComputed(() => board.focus.tabbed({ id: task.id, list })).value;
	if (editing) return <TitleField {...title} />;
	if (!isSaved(task.id)) {
		return (
			<p class="card-title" dir="auto">
				{task.title}
			</p>
		);
	}
	return <TitleLink {...title} tabbed={tabbed} />;
}

function TitleLink({ task, list, name, board, tabbed }: TitleProps & { tabbed: boolean }) {
	const ref = useRef<HTMLAnchorElement>(null);
	const spot = { id: task.id, list };
	useLayoutEffect(() => (ref.current ? board.focus.card(spot, ref.current) : undefined), [task.id]);
	return (
		<a
			ref={ref}
			class="card-title card-link"
			dir="auto"
			href={board.address(task)}
			draggable={false}
			tabIndex={tabbed ? 0 : -1}
			aria-label={`${name} ${task.title}`}
			onFocus={() => board.focus.entered(spot)}
		>
			{task.title}
		</a>
	);
}
