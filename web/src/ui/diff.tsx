import { diffWords } from "./word-diff";
import "./diff.css";

/** A text, in which the words are marked that `beside` does not have. */
export function Diff({ text, beside }: { text: string; beside: string }) {
	const [pieces] = diffWords(text, beside);
	return (
		<>
			{pieces.map((piece, index) =>
				piece.changed ? (
					<mark key={index} class="diff">
						{piece.text}
					</mark>
				) : (
					piece.text
				),
			)}
		</>
	);
}
