import { type Dependency, limits, type Task } from "boardcast";
import { Plus, X } from "lucide-preact";
import { useId, useRef, useState } from "preact/hooks";
import { linkTasks, setLag, unlinkTasks } from "../../domain/dependency/commands";
import { lagIn } from "../../domain/dependency/lag";
import { dependency as dependencyWords } from "../../domain/dependency/messages";
import { findTasks } from "../../domain/task/find-tasks";
import { nameOf } from "../../domain/task/names";
import type { ProjectStore } from "../../live/store/project";
import { Button, IconButton } from "../../ui/button";
import { Combobox } from "../../ui/combobox";
import { Popover } from "../../ui/popover";
import { task as words } from "./messages";
import type { Part } from "./part";
import "./dependencies.css";

type Way = "waits" | "blocks";

/** What this task waits for, and what waits for it. */
export function Dependencies(props: Part) {
	const { store, task, write } = props;
	const all = store.tables.dependencies.all();
	const waits = all.filter((dependency) => dependency.task_id === task.id);
	const blocks = all.filter((dependency) => dependency.depends_on_id === task.id);
	if (!write && waits.length + blocks.length === 0) return null;
	return (
		<section class="task-part" aria-label={words.dependencies}>
			<header class="part-head">
				<h3>{words.dependencies}</h3>
			</header>
			<List {...props} way="waits" found={waits} />
			<List {...props} way="blocks" found={blocks} />
		</section>
	);
}

function List({ store, task, write, address, way, found }: Part & { way: Way; found: Dependency[] }) {
	const otherOf = (dependency: Dependency) =>
		way === "waits" ? dependency.depends_on_id : dependency.task_id;
	const add = (id: string) => {
		const other = store.tables.tasks.peek(id);
		if (!other) return;
		if (way === "waits") linkTasks(store, task, other);
		else linkTasks(store, other, task);
	};
	const title = way === "waits" ? words.waitsFor : words.blocks;
	return (
		<div class="deps">
			<h4>{title}</h4>
			<ul aria-label={title}>
				{found.map((dependency) => (
					<Row
						key={dependency.id}
						store={store}
						dependency={dependency}
						other={otherOf(dependency)}
						write={write}
						address={address}
					/>
				))}
				{found.length === 0 && <li class="deps-none">{words.noDependencies}</li>}
			</ul>
			{write && (
				<Adder
					store={store}
					label={way === "waits" ? words.addWaitsFor : words.addBlocks}
					without={[task.id, ...found.map(otherOf)]}
					onPick={add}
				/>
			)}
		</div>
	);
}

interface RowProps {
	store: ProjectStore;
	dependency: Dependency;
	other: string;
	write: boolean;
	address: (number: number) => string;
}

function Row({ store, dependency, other, write, address }: RowProps) {
	const task: Task | undefined = store.tables.tasks.get(other);
	if (!task) return null;
	const name = nameOf(store, task);
	const { lag_days } = dependency;
	return (
		<li class="deps-row" data-done={task.completed_at !== null || undefined}>
			<a class="deps-task" href={address(task.number)}>
				<span class="task-name">{name}</span>
				<span class="truncate" dir="auto">
					{task.title}
				</span>
			</a>
			{write ? (
				<Lag store={store} dependency={dependency} name={name} />
			) : (
				lag_days !== 0 && (
					<span class="deps-lag">
						{lag_days} {words.lagShort}
					</span>
				)
			)}
			{write && (
				<IconButton
					icon={X}
					label={words.removeDependency(name)}
					onClick={() => unlinkTasks(store, dependency)}
				/>
			)}
		</li>
	);
}

interface LagProps {
	store: ProjectStore;
	dependency: Dependency;
	name: string;
}

/** The days between two tasks. What is no number of days stays in the field, which says so. */
function Lag({ store, dependency, name }: LagProps) {
	const [text, setText] = useState<string | null>(null);
	const [isTold, setTold] = useState(false);
	const id = useId();
	const { lag_days } = dependency;
	const isWrong = isTold && text !== null && lagIn(text) === undefined;
	const finish = () => {
		if (text === null) return;
		const wanted = lagIn(text);
		setTold(wanted === undefined);
		if (wanted === undefined) return;
		setText(null);
		if (wanted !== lag_days) setLag(store, dependency, wanted);
	};
	return (
		<label class="deps-lag" title={words.lag(name)}>
			<span class="visually-hidden">{words.lag(name)}</span>
			<input
				type="text"
				inputMode="numeric"
				autocomplete="off"
				aria-invalid={isWrong || undefined}
				aria-describedby={isWrong ? id : undefined}
				value={text ?? lag_days}
				onInput={(event) => setText(event.currentTarget.value)}
				onBlur={finish}
				onKeyDown={(event) => {
					if (event.key === "Enter") finish();
					if (event.key !== "Escape" || text === null) return;
					// Escape gives the field back what it had, and closes nothing.
					event.preventDefault();
					event.stopPropagation();
					setText(null);
				}}
			/>
			<span aria-hidden="true">{words.lagShort}</span>
			{isWrong && (
				<span id={id} class="deps-wrong" role="alert">
					{dependencyWords.lagWrong(limits.SetDependency.lag_days)}
				</span>
			)}
		</label>
	);
}

interface AdderProps {
	store: ProjectStore;
	label: string;
	without: readonly string[];
	onPick: (id: string) => void;
}

function Adder({ store, label, without, onPick }: AdderProps) {
	const [open, setOpen] = useState(false);
	const [text, setText] = useState("");
	const anchor = useRef<HTMLButtonElement | null>(null);
	const close = () => {
		setOpen(false);
		setText("");
	};
	return (
		<>
			<Button
				tone="ghost"
				icon={Plus}
				aria-label={label}
				aria-haspopup="dialog"
				aria-expanded={open}
				buttonRef={(element) => {
					anchor.current = element;
				}}
				onClick={() => setOpen(true)}
			>
				{words.add}
			</Button>
			{open && (
				<Popover label={label} wide anchor={() => anchor.current} onClose={close}>
					<Combobox
						label={label}
						placeholder={words.findTask}
						picked={[]}
						choices={findTasks(store, text, without)}
						onText={setText}
						onToggle={(id) => {
							close();
							onPick(id);
						}}
					/>
				</Popover>
			)}
		</>
	);
}
