import type { Problem } from "boardcast";
import { useEffect, useState } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { explain } from "../../platform/i18n/errors";
import { Skeleton } from "../../ui/empty";
import { preview } from "./commands";
import { writing as words } from "./messages";
import { Rendered } from "./rendered";

/** The text as others will see it. */
export function Preview({
	id,
	store,
	me,
	text,
}: {
	id: string;
	store: ProjectStore;
	me: string;
	text: string;
}) {
	const [html, setHtml] = useState<string | undefined>(undefined);
	const [problem, setProblem] = useState<Problem | undefined>(undefined);
	const isBlank = text.trim() === "";
	useEffect(() => {
		let isOver = false;
		if (!isBlank) {
			preview(store, text).then(
				(html) => !isOver && setHtml(html),
				(error) => !isOver && setProblem(error as Problem),
			);
		}
		return () => {
			isOver = true;
		};
	}, [store, text]);
	return (
		<div id={id} class="composer-preview">
			{isBlank && <p class="soft">{words.nothingToPreview}</p>}
			{problem && (
				<p class="field-error" role="alert">
					{explain(problem)}
				</p>
			)}
			{!isBlank && !problem && html === undefined && <Skeleton lines={2} />}
			{!isBlank && html !== undefined && <Rendered html={html} me={me} />}
		</div>
	);
}
