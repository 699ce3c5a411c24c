import "./refusal.css";

/** Why a form was refused, above its button. It exists empty before, or screen readers would miss the first one. */
export function Refusal({ text }: { text: string | undefined }) {
	return (
		<p class="refusal" role="alert" hidden={!text}>
			{text}
		</p>
	);
}
