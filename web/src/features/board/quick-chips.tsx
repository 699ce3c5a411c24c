import { CalendarDays, Plus, X } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { task as taskWords } from "../../domain/task/messages";
import { PriorityMark } from "../../domain/task/priority-mark";
import type { Mark } from "../../domain/task/quick-add-syntax";
import type { ProjectStore } from "../../live/store/project";
import { announce } from "../../platform/announce";
import { Avatar } from "../../ui/avatar";
import { Button, IconButton } from "../../ui/button";
import { Dot } from "../../ui/chip";
import { dayText } from "../../ui/day-text";
import { asName } from "./quick-suggest";
import { quickWords } from "./quick-words";

interface Props {
	store: ProjectStore;
	marks: readonly Mark[];
	/** The person wants a part as text. */
	onPlain: (text: string) => void;
	/** Absent: the user may not create labels. */
	onCreate: ((name: string) => void) | undefined;
}

const said = 700;

/** What quick add has understood, while it is typed; each part can be turned back into text. */
export function QuickChips({ store, marks, onPlain, onCreate }: Props) {
	const known = marks.filter((mark) => mark.kind !== "unknown").map(nameOf);
	const text = known.length > 0 ? quickWords.understood(known.join(", ")) : "";
	useEffect(() => {
		if (text === "") return undefined;
		// Once the typing pauses: a word in the making is no news.
		const timer = setTimeout(() => announce(text), said);
		return () => clearTimeout(timer);
	}, [text]);
	if (marks.length === 0) return null;
	return (
		<ul class="quick-chips" aria-label={quickWords.understoodParts}>
			{marks.map((mark, index) => (
				<li key={`${index} ${mark.text}`} class="quick-chip" data-kind={mark.kind}>
					<Picture mark={mark} store={store} />
					<span class="truncate" dir="auto">
						{mark.kind === "unknown" ? quickWords.staysText(mark.text) : nameOf(mark)}
					</span>
					{mark.kind !== "unknown" && (
						<IconButton icon={X} label={quickWords.asText(mark.text)} onClick={() => onPlain(mark.text)} />
					)}
					{mark.kind === "unknown" && mark.sign === "#" && onCreate && (
						<Button
							tone="ghost"
							icon={Plus}
							aria-label={quickWords.createLabel(asName(mark.name))}
							onClick={() => onCreate(mark.name)}
						>
							{quickWords.newLabel}
						</Button>
					)}
				</li>
			))}
		</ul>
	);
}

function nameOf(mark: Mark): string {
	if (mark.kind === "priority") return taskWords.priorityName(mark.priority);
	return mark.kind === "due" ? dayText(mark.day) : mark.name;
}

function Picture({ mark, store }: { mark: Mark; store: ProjectStore }) {
	switch (mark.kind) {
		case "person":
			return <Avatar id={mark.id} name={mark.name} size="s" decorative />;
		case "label":
			return <Dot colour={store.tables.labels.get(mark.id)?.colour ?? ""} />;
		case "priority":
			return <PriorityMark priority={mark.priority} decorative />;
		case "due":
			return <CalendarDays size={13} aria-hidden="true" />;
		default:
			return null;
	}
}
