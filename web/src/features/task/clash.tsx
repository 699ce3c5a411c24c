import { Button } from "../../components/button";
import { task as words } from "../../lib/messages/task";

interface Props {
	draft: { text: string; current: string; keepMine: () => void; keepTheirs: () => void };
}

/** Two people changed the same text: both are shown, nothing is lost, one is chosen. */
export function Clash({ draft }: Props) {
	return (
		<section class="clash" role="alert" aria-label={words.conflictTitle}>
			<h3>{words.conflictTitle}</h3>
			<dl>
				<div>
					<dt>{words.theirs}</dt>
					<dd>{draft.current || words.noDescriptionYet}</dd>
				</div>
				<div>
					<dt>{words.yours}</dt>
					<dd>{draft.text}</dd>
				</div>
			</dl>
			<div class="clash-foot">
				<Button onClick={draft.keepTheirs}>{words.useTheirs}</Button>
				<Button tone="primary" onClick={draft.keepMine}>
					{words.useYours}
				</Button>
			</div>
		</section>
	);
}
