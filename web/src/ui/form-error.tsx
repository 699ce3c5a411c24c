import "./form-error.css";

/** The reason of a refusal, above the button of a form. It is rendered empty before, so that screen readers speak the first one. */
export function FormError({ text }: { text: string | undefined }) {
	return (
		<p class="form-error" role="alert" hidden={!text}>
			{text}
		</p>
	);
}
