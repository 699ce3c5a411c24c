import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { common } from "../platform/i18n/common";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Form } from "./form";
import { FormError } from "./form-error";
import type { FormState } from "./use-form";

interface Props {
	title: string;
	form: FormState;
	/** The text of the button that sends the form. */
	submit: string;
	onClose: () => void;
	children: ComponentChildren;
	tone?: "primary" | "danger";
	/** Whether the form can be sent. */
	ready?: boolean;
}

/** A dialog with a form: its fields, the reason of a refusal, a button to cancel and one to send. */
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
		<Dialog title={title} onClose={onClose} footer={footer} guarded>
			<Form id={id} class="stack" onSubmit={form.onSubmit}>
				{children}
				<FormError text={form.message} />
			</Form>
		</Dialog>
	);
}
