import { Archive, Trash2 } from "lucide-preact";
import { common } from "../../platform/i18n/common";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import type { BulkChange } from "./commands";
import { selection as words } from "./messages";

interface Props {
	what: "archive" | "delete";
	count: number;
	change: (change: BulkChange) => void;
	onClose: () => void;
}

/** Asks once before all selected tasks leave the board. */
export function BulkQuestion({ what, count, change, onClose }: Props) {
	const answer = (to: BulkChange) => () => {
		onClose();
		change(to);
	};
	const isDelete = what === "delete";
	const footer = (
		<>
			<Button tone="ghost" onClick={onClose}>
				{common.cancel}
			</Button>
			<Button
				tone={isDelete ? "plain" : "primary"}
				icon={Archive}
				autofocus={!isDelete}
				onClick={answer({ archive: true })}
			>
				{isDelete ? words.archiveInstead : words.archive}
			</Button>
			{isDelete && (
				<Button tone="danger" icon={Trash2} onClick={answer({ delete: true })}>
					{words.deleteThem}
				</Button>
			)}
		</>
	);
	return (
		<Dialog
			title={isDelete ? words.deleteTitle(count) : words.archiveTitle(count)}
			onClose={onClose}
			footer={footer}
		>
			<p>{isDelete ? words.deleteHint : words.archiveHint}</p>
		</Dialog>
	);
}
