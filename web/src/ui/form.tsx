import type { ComponentChildren } from "preact";

interface Props {
	id?: string;
	class?: string;
	"aria-busy"?: true | undefined;
	onSubmit: () => unknown;
	children: ComponentChildren;
}

/**
 * A form that says beside its fields what is missing or wrong. The bubbles of the browser would say it in a language and a look
 * of their own, one field at a time, and only for a moment. A field says what is wrong with it by `setCustomValidity`, and shows
 * it once it is told `invalid`; the focus goes to the first one.
 */
export function Form({ onSubmit, ...rest }: Props) {
	const submit = async (event: SubmitEvent) => {
		event.preventDefault();
		const form = event.currentTarget as HTMLFormElement;
		const wrong = [...form.elements].filter(isField).filter((field) => field.validity.customError);
		for (const field of wrong) field.checkValidity();
		if (wrong.length > 0) return wrong[0]?.focus();
		await onSubmit();
		// What the server refuses is shown by then.
		requestAnimationFrame(() => {
			if (document.activeElement?.ariaInvalid === "true") return;
			if (form.isConnected) form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
		});
	};
	return <form {...rest} noValidate onSubmit={(event) => void submit(event)} />;
}

function isField(element: Element): element is HTMLInputElement | HTMLTextAreaElement {
	return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}
