import type { ComponentChildren } from "preact";
import { FormDialog } from "./form-dialog";
import { useForm } from "./use-form";

interface Props {
	title: string;
	/** What will be different afterwards. */
	children: ComponentChildren;
	/** The text of the button: "Remove Bob". */
	confirm: string;
	/** Runs when the person agrees; when it is refused, the dialog stays and shows why. */
	run: () => Promise<void>;
	onClose: () => void;
	ready?: boolean;
}

/** Asks before something that cannot be undone. */
export function Confirm({ title, children, confirm, run, onClose, ready = true }: Props) {
	const form = useForm(run);
	return (
		<FormDialog title={title} form={form} submit={confirm} tone="danger" ready={ready} onClose={onClose}>
			{children}
		</FormDialog>
	);
}
