import type { Import } from "boardcast";
import { X } from "lucide-preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../../ui/button";
import { Progress } from "../../ui/progress";
import { importing as words } from "./messages";
import type { ImportModel } from "./model";

/** A bar that screen readers read too. `share` is 0 to 1; undefined where that is not known. */
function Bar({ label, share }: { label: string; share: number | undefined }) {
	const now = share === undefined ? {} : { "aria-valuenow": Math.round(share * 100) };
	return (
		// biome-ignore lint/a11y/useFocusableInteractive: there is nothing to do with it
		<div role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} {...now}>
			<Progress done={share ?? 0} all={1} />
		</div>
	);
}

interface PanelProps {
	title: string;
	text: string;
	share: number | undefined;
	onCancel: () => void;
}

function Panel({ title, text, share, onCancel }: PanelProps) {
	const heading = useRef<HTMLHeadingElement>(null);
	// What was pressed is gone.
	useEffect(() => {
		if (document.activeElement === document.body) heading.current?.focus();
	}, []);
	return (
		<section class="import-panel" aria-label={title}>
			<h2 ref={heading} tabIndex={-1}>
				{title}
			</h2>
			<Bar label={title} share={share} />
			<div class="import-panel-foot">
				<p class="soft">{text}</p>
				<Button icon={X} onClick={onCancel}>
					{words.cancel}
				</Button>
			</div>
		</section>
	);
}

/** The file is on its way, or the server reads it. */
export function Sending({ model, onCancel }: { model: ImportModel; onCancel: () => void }) {
	const sending = model.sending.value;
	const name = model.file.value?.name ?? model.shown.value?.file_name ?? "";
	const arrived = !sending || sending.share >= 1;
	const title = arrived ? words.looking(name) : words.sending(name);
	return (
		<Panel
			title={title}
			text={arrived ? "" : `${words.percent(Math.floor(sending.share * 100))} · ${words.staysHere}`}
			share={arrived ? undefined : sending.share}
			onCancel={onCancel}
		/>
	);
}

/** The import itself. */
export function Running({ one, unread, onCancel }: { one: Import; unread: boolean; onCancel: () => void }) {
	const { done, total } = one.progress;
	const far = one.state === "queued" || total === 0 ? words.waits : words.progress(done, total);
	return (
		<Panel
			title={words.importingFile(one.file_name)}
			text={unread ? words.stillAsking : `${far} ${words.goesOn}`}
			share={total === 0 ? undefined : done / total}
			onCancel={onCancel}
		/>
	);
}
