import { Trash2 } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { Problem } from "../../lib/api/problem";
import type { Label } from "../../lib/api/types";
import { common } from "../../lib/messages/common";
import { explain } from "../../lib/messages/errors";
import { task as words } from "../../lib/messages/task";
import type { ProjectStore } from "../../lib/store/project";
import { createLabel, deleteLabel, patchLabel } from "../../lib/tasks/labels";
import { Button, IconButton } from "../button";
import { Dot } from "../chip";
import { Dialog } from "../dialog";
import { TextField } from "../field";
import { Popover } from "../popover";
import "./picker.css";

/** All labels of the project: name, colour, away with it. */
export function LabelManager({ store, onClose }: { store: ProjectStore; onClose: () => void }) {
	const labels = store.tables.labels.all().sort((a, b) => a.name.localeCompare(b.name));
	return (
		<Dialog title={words.labels} onClose={onClose}>
			{labels.length === 0 && <p class="soft">{words.noLabels}</p>}
			<ul class="labels-rows">
				{labels.map((label) => (
					<Row key={label.id} store={store} label={label} />
				))}
			</ul>
			<NewLabel store={store} next={labels.length} />
		</Dialog>
	);
}

function Row({ store, label }: { store: ProjectStore; label: Label }) {
	const [asking, setAsking] = useState(false);
	const [name, setName] = useState<string | null>(null);
	const save = () => {
		const wanted = name?.trim();
		if (wanted && wanted !== label.name) patchLabel(store, label, { name: wanted });
		setName(null);
	};
	if (asking) {
		const count = store.tables.tasks.peekAll().filter((task) => task.label_ids.includes(label.id)).length;
		return (
			<li class="labels-row">
				<p class="field">
					{words.deleteLabel(label.name)}? {words.deleteLabelHint(count)}
				</p>
				<Button tone="danger" onClick={() => deleteLabel(store, label)}>
					{words.deleteLabelConfirm}
				</Button>
				<Button tone="ghost" autofocus onClick={() => setAsking(false)}>
					{common.cancel}
				</Button>
			</li>
		);
	}
	return (
		<li class="labels-row">
			<ColourPicker value={label.colour} onPick={(colour) => patchLabel(store, label, { colour })} />
			<TextField
				label={words.labelName}
				bare
				maxLength={100}
				value={name ?? label.name}
				onText={setName}
				onBlur={save}
				onKeyDown={(event) => event.key === "Enter" && save()}
			/>
			<IconButton icon={Trash2} label={words.deleteLabel(label.name)} onClick={() => setAsking(true)} />
		</li>
	);
}

function NewLabel({ store, next }: { store: ProjectStore; next: number }) {
	const [name, setName] = useState("");
	const [picked, setPicked] = useState<string | null>(null);
	const [refusal, setRefusal] = useState<string | undefined>(undefined);
	const colour = picked ?? words.colours[next % words.colours.length]?.[0] ?? "#6b7280";
	const add = async (event: SubmitEvent) => {
		event.preventDefault();
		try {
			await createLabel(store, name.trim(), colour);
			setName("");
			setPicked(null);
			setRefusal(undefined);
		} catch (error) {
			setRefusal(error instanceof Problem ? (error.field("name") ?? explain(error)) : undefined);
		}
	};
	return (
		<form class="labels-row" onSubmit={(event) => void add(event)}>
			<ColourPicker value={colour} onPick={setPicked} />
			<TextField
				label={words.newLabel}
				bare
				required
				maxLength={100}
				placeholder={words.newLabel}
				value={name}
				onText={setName}
				error={refusal}
			/>
			<Button type="submit" tone="primary">
				{words.addLabel}
			</Button>
		</form>
	);
}

function ColourPicker({ value, onPick }: { value: string; onPick: (colour: string) => void }) {
	const [open, setOpen] = useState(false);
	const anchor = useRef<HTMLButtonElement>(null);
	return (
		<>
			<button
				ref={anchor}
				type="button"
				class="swatch"
				aria-label={words.labelColour}
				aria-haspopup="dialog"
				aria-expanded={open}
				onClick={() => setOpen(true)}
			>
				<Dot colour={value} />
			</button>
			{open && (
				<Popover label={words.labelColour} anchor={() => anchor.current} onClose={() => setOpen(false)}>
					<div class="swatches">
						{words.colours.map(([colour, name]) => (
							<button
								key={colour}
								type="button"
								class="swatch"
								aria-label={name}
								title={name}
								aria-pressed={colour === value}
								onClick={() => {
									setOpen(false);
									onPick(colour);
								}}
							>
								<Dot colour={colour} />
							</button>
						))}
					</div>
				</Popover>
			)}
		</>
	);
}
