import { linked } from "./links";

/** Plain text with its line breaks; addresses can be followed, everything else is text and nothing but text. */
export function Prose({ text }: { text: string }) {
	return (
		<div class="prose">
			{linked(text).map((part, index) =>
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
