import type { User } from "boardcast";
import { FileX } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { explain } from "../../platform/i18n/errors";
import { Empty, Skeleton } from "../../ui/empty";
import { Check } from "./check";
import { importing as words } from "./messages";
import { type ImportModel, isGoing } from "./model";
import { Outcome } from "./outcome";
import { isQuestion, Refused } from "./refused";
import { Running, Sending } from "./running";

interface Props {
	model: ImportModel;
	user: User;
	/** The import that the address names. */
	id: string | null;
	/** Where a file is dropped. */
	zone: ComponentChildren;
}

/** What there is to see of the file, or of the import, at this moment. */
export function Now({ model, user, id, zone }: Props) {
	const shown = model.shown.value;
	const unread = model.unread.value;
	const refusal = model.refusal.value;
	const checked = model.checked.value;
	const cancel = () => void model.cancel();
	if (shown && !shown.dry_run && !model.sending.value) {
		if (isGoing(shown)) return <Running one={shown} unread={unread !== undefined} onCancel={cancel} />;
		return <Outcome key={shown.id} one={shown} onAnother={() => model.forget()} />;
	}
	if (model.sending.value?.dryRun === false) return <Sending model={model} onCancel={cancel} />;
	if (refusal) {
		return (
			<>
				<Refused model={model} refusal={refusal} />
				{!checked && !isQuestion(refusal) && zone}
			</>
		);
	}
	if (shown?.state === "failed" && shown.dry_run) {
		return (
			<>
				<Refused model={model} refusal={{ text: shown.error ?? words.refused }} />
				{zone}
			</>
		);
	}
	if (checked) return <Check model={model} user={user} checked={checked} zone={zone} />;
	if (model.checking.value) return <Sending model={model} onCancel={cancel} />;
	if (id && unread) return <Unread text={unread.status === 404 ? undefined : explain(unread)} zone={zone} />;
	if (id && !shown) return <Skeleton />;
	return <>{zone}</>;
}

function Unread({ text, zone }: { text: string | undefined; zone: ComponentChildren }) {
	return (
		<>
			<Empty icon={FileX} title={text ?? words.notThere}>
				{text ? undefined : words.notThereHint}
			</Empty>
			{zone}
		</>
	);
}
