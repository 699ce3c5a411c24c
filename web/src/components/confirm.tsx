import type { ComponentChildren } from "preact";
import { common } from "../lib/messages/common";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { useForm } from "./form";
import { Refusal } from "./refusal";

interface Props {
	title: string;
	/** What will be different afterwards. */
	children: ComponentChildren;
	/** The verb: "Remove Bob". */
	confirm: string;
	/** Does it; a refusal is shown and the question stays. */
	run: () => Promise<void>;
	onClose: () => void;
	ready?: boolean;
}

/** A question before something that cannot simply be taken back. */
export function Confirm({ title, children, confirm, run, onClose, ready = true }: Props) {
	const form = useForm(run);
	const footer = (
		<>
			<Button tone="ghost" onClick={onClose}>
				{common.cancel}
			</Button>
			<Button tone="danger" type="submit" form="confirm" busy={form.busy} disabled={!ready}>
				{confirm}
			</Button>
		</>
	);
	return (
		<Dialog title={title} onClose={onClose} footer={footer}>
			<form id="confirm" class="stack" onSubmit={form.onSubmit}>
				{children}
				<Refusal text={form.refusal} />
			</form>
		</Dialog>
	);
}
