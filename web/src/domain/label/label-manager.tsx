import { type Label, limits, Problem } from "boardcast";
import { Trash2 } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { common } from "../../platform/i18n/common";
import { explain } from "../../platform/i18n/errors";
import { Button, IconButton } from "../../ui/button";
import { Dot } from "../../ui/chip";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { Form } from "../../ui/form";
import { Popover } from "../../ui/popover";
import { useInlineText } from "../../ui/use-inline-text";
import { nextColour } from "./colour";
import { createLabel, deleteLabel, patchLabel } from "./commands";
import { label as words } from "./messages";
import "../task/picker.css";

/** The dialog of all labels of a project: rename, recolour, delete, create. */
export function LabelManager({ store, onClose }: { store: ProjectStore; onClose: () => void }) {
	/** The name of the new label. */
	const [name, setName] = useState("");
	const labels = store.tables.labels.all().sort((a, b) => a.name.localeCompare(b.name));
	return (
		<Dialog title={words.labels} onClose={onClose} guarded={name.trim() !== ""}>
			{labels.length === 0 && <p class="soft">{words.noLabels}</p>}
			<ul class="labels-rows">
				{labels.map((label) => (
					<Row key={label.id} store={store} label={label} />
				))}
			</ul>
			<NewLabel store={store} next={labels.length} name={name} onName={setName} />
		</Dialog>
	);
}

function Row({ store, label }: { store: ProjectStore; label: Label }) {
	const [asking, setAsking] = useState(false);
	const name = useInlineText({
		current: label.name,
		version: label.version,
		limit: limits.LabelPatch.name.maxLength,
		save: (name, base) => patchLabel(store, label, { name }, base),
	});
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
			<TextField label={words.labelName} bare {...name} />
			<IconButton icon={Trash2} label={words.deleteLabel(label.name)} onClick={() => setAsking(true)} />
		</li>
	);
}

interface New {
	store: ProjectStore;
	next: number;
	name: string;
	onName: (name: string) => void;
}

function NewLabel({ store, next, name, onName }: New) {
	const [picked, setPicked] = useState<string | null>(null);
	const [refusal, setRefusal] = useState<string | undefined>(undefined);
	const colour = picked ?? nextColour(next);
	const add = async () => {
		try {
			await createLabel(store, name.trim(), colour);
			onName("");
			setPicked(null);
			setRefusal(undefined);
		} catch (error) {
			setRefusal(error instanceof Problem ? (error.field("name") ?? explain(error)) : undefined);
		}
	};
	return (
		<Form class="labels-row" onSubmit={add}>
			<ColourPicker value={colour} onPick={setPicked} />
			<TextField
				label={words.newLabel}
				bare
				required
				maxLength={limits.NewLabel.name.maxLength}
				placeholder={words.newLabel}
				value={name}
				onText={onName}
				error={refusal}
			/>
			<Button type="submit" tone="primary">
				{words.addLabel}
			</Button>
		</Form>
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
