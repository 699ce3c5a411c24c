import type { ComponentChildren } from "preact";
import { Button } from "../../ui/button";
import { Form } from "../../ui/form";
import { FormError } from "../../ui/form-error";
import type { FormState } from "../../ui/use-form";

export function CredentialsForm({
	form,
	submit,
	children,
}: {
	form: FormState;
	submit: string;
	children: ComponentChildren;
}) {
	return (
		<Form onSubmit={form.onSubmit}>
			{children}
			<FormError text={form.message} />
			<Button tone="primary" type="submit" busy={form.busy}>
				{submit}
			</Button>
		</Form>
	);
}
