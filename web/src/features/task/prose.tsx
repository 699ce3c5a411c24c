import { linked, withNames } from "./links";

/** A text as it was typed, with its line breaks; web addresses are links. */
export function Prose({ text }: { text: string }) {
	return (
		<div class="prose" dir="auto">
			{linked(withNames(text)).map((part, index) =>
				part.href === undefined ? (
					part.text
				) : (
					<a key={index} class="link" href={part.href} target="_blank" rel="noopener noreferrer">
						{part.text}
					</a>
				),
			)}
		</div>
	);
}
