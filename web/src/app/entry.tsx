import type { ComponentChildren } from "preact";
import { Button } from "../components/button";
import { type Form, useForm } from "../components/form";
import { Refusal } from "../components/refusal";
import type { User } from "../lib/api/types";
import { enter } from "../lib/session";

/** A form by which somebody becomes known: the answer says who it is. */
export function useEntry(send: () => Promise<{ user: User }>, done: () => void, remember = false): Form {
	return useForm(async () => {
		enter((await send()).user, remember);
		done();
	});
}

export function EntryForm({
	form,
	submit,
	children,
}: {
	form: Form;
	submit: string;
	children: ComponentChildren;
}) {
	return (
		<form onSubmit={form.onSubmit}>
			{children}
			<Refusal text={form.refusal} />
			<Button tone="primary" type="submit" busy={form.busy}>
				{submit}
			</Button>
		</form>
	);
}
