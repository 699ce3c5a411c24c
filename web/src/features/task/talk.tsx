import { useEffect, useState } from "preact/hooks";
import { fragment } from "../../platform/router";
import { Skeleton } from "../../ui/empty";
import { lazy } from "../../ui/lazy";
import { Segmented } from "../../ui/segmented";
import { Comments } from "./comments";
import { task as words } from "./messages";
import type { Part } from "./part";

const TaskActivity = lazy(() => import("./activity").then((m) => m.TaskActivity), <Skeleton lines={2} />);

type Shown = "comments" | "activity";

/** What people say about the task, or what happened to it. */
export function Talk(props: Part & { open: boolean }) {
	const [shown, setShown] = useState(() => named(fragment.peek()) ?? remembered(props.user.id));
	const count = props.store.children.comments.of(props.task.id).length || props.task.comment_count;
	const address = fragment.value;
	useEffect(() => setShown((before) => named(address) ?? before), [address]);
	return (
		<div class="task-part">
			<header class="part-head">
				<Segmented<Shown>
					label={words.talk}
					value={shown}
					onPick={(next) => {
						setShown(next);
						remember(props.user.id, next);
					}}
					options={[
						{ value: "comments", label: words.comments },
						{ value: "activity", label: words.activity },
					]}
				/>
				{shown === "comments" && count > 0 && <span class="soft">{count}</span>}
			</header>
			{shown === "comments" ? (
				<Comments {...props} />
			) : (
				<section class="task-part" aria-label={words.activity}>
					<h3 class="visually-hidden">{words.activity}</h3>
					<TaskActivity {...props} />
				</section>
			)}
		</div>
	);
}

/** What an address asks for. */
function named(address: string): Shown | undefined {
	if (address === "activity") return "activity";
	return address.startsWith("comment-") ? "comments" : undefined;
}

const storageKey = (user: string) => `boardcast.talk.${user}`;

function remembered(user: string): Shown {
	try {
		return localStorage.getItem(storageKey(user)) === "activity" ? "activity" : "comments";
	} catch {
		return "comments";
	}
}

function remember(user: string, shown: Shown): void {
	try {
		localStorage.setItem(storageKey(user), shown);
	} catch {
		// Without storage the choice lasts as long as the dialog.
	}
}
