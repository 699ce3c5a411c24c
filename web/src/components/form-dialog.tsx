import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { common } from "../lib/messages/common";
import { Button } from "./button";
import { Dialog } from "./dialog";
import type { Form } from "./form";
import { Refusal } from "./refusal";

interface Props {
	title: string;
	form: Form;
	/** What the button says that sends it. */
	submit: string;
	onClose: () => void;
	children: ComponentChildren;
	tone?: "primary" | "danger";
	/** Whether it can be sent yet. */
	ready?: boolean;
}

/** A dialog that is a form: its fields, what was refused, and the two ways out. */
export function FormDialog({
	title,
	form,
	submit,
	onClose,
	children,
	tone = "primary",
	ready = true,
}: Props) {
	const id = useId();
	const footer = (
		<>
			<Button tone="ghost" onClick={onClose}>
				{common.cancel}
			</Button>
			<Button tone={tone} type="submit" form={id} busy={form.busy} disabled={!ready}>
				{submit}
			</Button>
		</>
	);
	return (
		<Dialog title={title} onClose={onClose} footer={footer}>
			<form id={id} class="stack" onSubmit={form.onSubmit}>
				{children}
				<Refusal text={form.refusal} />
			</form>
		</Dialog>
	);
}
