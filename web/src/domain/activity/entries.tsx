import type { Activity } from "boardcast";
import { Bot, Undo2 } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Avatar } from "../../ui/avatar";
import { Button, IconButton } from "../../ui/button";
import { RelativeTime } from "../../ui/relative-time";
import { undoing } from "../undo/messages";
import { type Group, type Run, runOf } from "./group";
import { activity as words } from "./messages";
import type { Names } from "./names";
import { mark, type Sentence, sentencesOf } from "./sentences";
import { spoken } from "./spoken";
import { TextChange } from "./text-change";
import "./entries.css";

interface Props {
	groups: readonly Group[];
	names: Names;
	/** The entries stand in the dialog of their task. */
	inTask?: boolean;
	label: string;
	/** What stands for the task of an entry. */
	task?: (item: Activity) => ComponentChildren;
	/** Where the project is shown as it was then. */
	moment?: (item: Activity) => string;
	undo?: Undo | undefined;
}

/** Takes entries back, of those that the person may. */
interface Undo {
	may: (item: Activity) => boolean;
	run: (item: Activity, what: string) => Promise<void>;
	/** Takes all of a run back, where the list shows whole runs. */
	all?: (run: Run, what: string) => Promise<void>;
}

/** What happened, the newest first: what one person did in one go stands together. */
export function Entries({ groups, names, inTask = false, label, task = () => null, moment, undo }: Props) {
	return (
		<ol class="activity" aria-label={label}>
			{groups.map(({ actor, items }) => (
				<li key={items.at(-1)?.seq} class="activity-group">
					{actor ? (
						<Avatar id={actor.id} name={actor.name} decorative />
					) : (
						<span class="activity-rule">
							<Bot size={16} aria-hidden="true" />
						</span>
					)}
					<ul class="activity-lines">
						{items.flatMap((item, at) =>
							sentencesOf(item, names, inTask).map((sentence, part) => (
								<Line
									key={`${item.seq} ${part}`}
									item={item}
									sentence={sentence}
									isFirst={at === 0 && part === 0}
									task={task}
									moment={moment}
								>
									{part === 0 && undo?.may(item) && (
										<UndoButton what={spoken(item, names)} run={(what) => undo.run(item, what)} />
									)}
								</Line>
							)),
						)}
						{undo?.all && <UndoAll group={{ actor, items }} may={undo.may} run={undo.all} />}
					</ul>
				</li>
			))}
		</ol>
	);
}

interface LineProps {
	item: Activity;
	sentence: Sentence;
	isFirst: boolean;
	task: (item: Activity) => ComponentChildren;
	moment: ((item: Activity) => string) | undefined;
	children: ComponentChildren;
}

function Line({ item, sentence: { text, texts }, isFirst, task, moment, children }: LineProps) {
	const [before, after] = text.split(mark);
	const isNew = texts?.from === "";
	return (
		<li class="activity-line" data-seq={item.seq}>
			<span class="activity-words">
				{/* Below the first line the name is there for those who hear one line at a time. */}
				<b class={isFirst ? "activity-who" : "visually-hidden"}>
					<bdi>{item.actor?.name ?? words.rule}</bdi>
					{item.actor?.via && (
						<span class="activity-via">
							{" "}
							{words.via} <bdi>{item.actor.via}</bdi>
						</span>
					)}
				</b>{" "}
				{before}
				{after !== undefined && (
					<>
						{task(item)}
						{after}
					</>
				)}
			</span>{" "}
			<span class="activity-end">
				{moment ? (
					<a class="activity-time" href={moment(item)}>
						<RelativeTime at={item.at} />
						<span class="visually-hidden">, {words.boardThen}</span>
					</a>
				) : (
					<span class="activity-time">
						<RelativeTime at={item.at} />
					</span>
				)}
				{children}
			</span>
			{texts && item.type === "comment.created" && (
				<div class="activity-comment">
					<TextChange {...texts} />
				</div>
			)}
			{texts && item.type !== "comment.created" && (isNew || texts.to) && (
				<Texts label={isNew ? words.showText : words.showWhat} {...texts} />
			)}
		</li>
	);
}

function UndoButton({ what, run }: { what: string; run: (what: string) => Promise<void> }) {
	const [busy, setBusy] = useState(false);
	const undo = async () => {
		setBusy(true);
		await run(what);
		setBusy(false);
	};
	return (
		<IconButton
			class="activity-undo"
			icon={Undo2}
			label={undoing.undo(what)}
			// The focus stays on it: a disabled button would lose it.
			aria-disabled={busy}
			onClick={() => {
				if (!busy) void undo();
			}}
		/>
	);
}

interface UndoAllProps {
	group: Group;
	may: (item: Activity) => boolean;
	run: (run: Run, what: string) => Promise<void>;
}

function UndoAll({ group, may, run: undo }: UndoAllProps) {
	const [busy, setBusy] = useState(false);
	const run = runOf(group);
	// What an agent says goes with the rest of its run.
	const goes = (item: Activity) => may(item) || (run?.cause !== undefined && item.type === "comment.created");
	if (!run || !group.items.every(goes)) return null;
	const { length } = group.items;
	const go = async () => {
		setBusy(true);
		await undo(run, undoing.ofRun(length, group.actor?.via));
		setBusy(false);
	};
	return (
		<li>
			<Button
				tone="ghost"
				icon={Undo2}
				class="activity-undo-all"
				aria-disabled={busy}
				onClick={() => !busy && void go()}
			>
				{undoing.undoAll(length)}
			</Button>
		</li>
	);
}

/** Comparing long texts takes time: only those that a person opens are compared. */
function Texts({ label, from, to }: { label: string; from: string; to: string }) {
	const [open, setOpen] = useState(false);
	return (
		<details class="activity-texts" onToggle={(event) => setOpen(event.currentTarget.open)}>
			<summary>{label}</summary>
			{open && <TextChange from={from} to={to} />}
		</details>
	);
}
