import { Eye, EyeOff } from "lucide-preact";
import { useEffect, useId, useState } from "preact/hooks";
import { setWatching } from "../../domain/watching/commands";
import { isSaved } from "../../live/provisional";
import { api, body } from "../../platform/api";
import { explain } from "../../platform/i18n/errors";
import { toast } from "../../platform/toasts";
import { Button } from "../../ui/button";
import { task as words } from "./messages";
import type { Part } from "./part";

/** Whether the person is told of comments on the task, and why. */
export function Watch({ store, user, task }: Part) {
	/** Null: it could not be read, and the button is left out. */
	const [watching, setShown] = useState<boolean | null | undefined>(undefined);
	const id = useId();
	const assigned = task.assignee_ids.includes(user.id);
	const commented = store.children.comments
		.of(task.id)
		.some((id) => isSaved(id) && store.tables.comments.get(id)?.author_id === user.id);
	useEffect(() => {
		let isOver = false;
		const params = { path: { project: store.id, task: task.id } };
		// Who is assigned or comments watches from then on.
		body(api.GET("/projects/{project}/tasks/{task}/watch", { params })).then(
			(answer) => !isOver && setShown(answer.watching),
			() => !isOver && setShown((before) => before ?? null),
		);
		return () => {
			isOver = true;
		};
	}, [store, task.id, assigned, commented]);
	if (watching === null) return null;
	const toggle = async () => {
		setShown(!watching);
		try {
			setShown(await setWatching(store, task.id, !watching));
		} catch (error) {
			setShown(watching);
			toast({ tone: "danger", text: words.couldNotWatch, detail: explain(error as never) });
		}
	};
	const why = assigned
		? words.watchAssigned
		: task.created_by === user.id
			? words.watchCreated
			: commented
				? words.watchCommented
				: words.watchChosen;
	return (
		<div class="task-watch" data-unknown={watching === undefined || undefined}>
			<Button
				tone="ghost"
				icon={watching ? Eye : EyeOff}
				aria-pressed={watching ?? false}
				aria-describedby={id}
				onClick={() => void toggle()}
			>
				{watching ? words.watching : words.watch}
			</Button>
			<p id={id}>{watching ? why : words.watchHint}</p>
		</div>
	);
}
