import type { ComponentChildren } from "preact";
import { useForm } from "./form";
import { FormDialog } from "./form-dialog";

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
	return (
		<FormDialog title={title} form={form} submit={confirm} tone="danger" ready={ready} onClose={onClose}>
			{children}
		</FormDialog>
	);
}
