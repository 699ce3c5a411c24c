import { Plus, X } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { Button, IconButton } from "../../components/button";
import { Combobox } from "../../components/combobox";
import { Popover } from "../../components/popover";
import { Problem } from "../../lib/api/problem";
import type { Dependency, Task } from "../../lib/api/types";
import { explain } from "../../lib/messages/errors";
import { task as words } from "../../lib/messages/task";
import type { ProjectStore } from "../../lib/store/project";
import { nameOf } from "../../lib/tasks/names";
import { depend, matching, undepend } from "./dependency-edits";
import type { Part } from "./sheet";
import "./dependencies.css";

type Way = "waits" | "blocks";
type Props = Part & { address: (number: number) => string };

/** What this task waits for, and what waits for it. */
export function Dependencies(props: Props) {
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

function List({ store, task, write, address, way, found }: Props & { way: Way; found: Dependency[] }) {
	const [refusal, setRefusal] = useState<string | undefined>(undefined);
	const otherOf = (dependency: Dependency) =>
		way === "waits" ? dependency.depends_on_id : dependency.task_id;
	const attempt = (change: Promise<unknown>) => {
		setRefusal(undefined);
		change.catch((error) => setRefusal(error instanceof Problem ? explain(error) : String(error)));
	};
	const add = (other: string) => {
		const [waiting, first] = way === "waits" ? [task.id, other] : [other, task.id];
		attempt(depend(store, waiting, first, 0));
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
						attempt={attempt}
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
			{refusal && (
				<p class="field-error" role="alert">
					{refusal}
				</p>
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
	attempt: (change: Promise<unknown>) => void;
}

function Row({ store, dependency, other, write, address, attempt }: RowProps) {
	const task: Task | undefined = store.tables.tasks.get(other);
	if (!task) return null;
	const name = nameOf(store, task);
	const { task_id, depends_on_id, lag_days } = dependency;
	return (
		<li class="deps-row" data-done={task.completed_at !== null || undefined}>
			<a class="deps-task" href={address(task.number)}>
				<span class="task-name">{name}</span>
				<span class="truncate">{task.title}</span>
			</a>
			{write ? (
				<label class="deps-lag" title={words.lag(name)}>
					<span class="quiet">{words.lag(name)}</span>
					<input
						type="number"
						min={-365}
						max={365}
						value={lag_days}
						onChange={(event) =>
							attempt(depend(store, task_id, depends_on_id, Math.trunc(Number(event.currentTarget.value))))
						}
					/>
					<span aria-hidden="true">{words.lagShort}</span>
				</label>
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
					onClick={() => attempt(undepend(store, task_id, depends_on_id))}
				/>
			)}
		</li>
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
						choices={matching(store, text, without)}
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
