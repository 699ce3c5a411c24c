import type { FailedMail, Problem } from "boardcast";
import { RotateCw, Trash2 } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { deleteMail, retryMail } from "../../domain/mail/commands";
import { api, body } from "../../platform/api";
import { common } from "../../platform/i18n/common";
import { explain } from "../../platform/i18n/errors";
import { toast } from "../../platform/toasts";
import { Button, IconButton } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { PagedList } from "../../ui/paged-list";
import { RelativeTime } from "../../ui/relative-time";
import { useList } from "../../ui/use-list";
import { admin } from "./messages";

/** The mails that the server has given up. */
export function FailedMails() {
	const list = useList<FailedMail>((cursor) => {
		const query = { limit: 50, ...(cursor ? { cursor } : {}) };
		return body(api.GET("/admin/mails", { params: { query } }));
	}, "");
	const heading = useRef<HTMLHeadingElement>(null);
	const [deleting, setDeleting] = useState<FailedMail | null>(null);
	const gone = ({ id }: FailedMail, text: string) => {
		list.drop((mail) => mail.id === id);
		toast({ text });
		// The button that was pressed goes with its line.
		heading.current?.focus();
	};
	return (
		<section aria-labelledby="mails-title">
			<h2 id="mails-title" class="admin-hint" ref={heading} tabIndex={-1}>
				{admin.mails}
			</h2>
			{list.items && list.items.length > 0 && <p class="soft admin-hint">{admin.mailsHint}</p>}
			<PagedList
				list={list}
				label={admin.mails}
				none={<p class="soft">{admin.noMails}</p>}
				line={(mail) => (
					<MailLine
						key={mail.id}
						mail={mail}
						onRetried={() => gone(mail, admin.retried(mail.address))}
						onDelete={() => setDeleting(mail)}
					/>
				)}
			/>
			{deleting && (
				<Confirm
					title={admin.deleteMailQuestion(deleting.address)}
					confirm={admin.deleteMail}
					run={async () => {
						await deleteMail(deleting.id);
						setDeleting(null);
						gone(deleting, admin.deletedMail(deleting.address));
					}}
					onClose={() => setDeleting(null)}
				>
					<p>{admin.deleteMailHint}</p>
				</Confirm>
			)}
		</section>
	);
}

interface LineProps {
	mail: FailedMail;
	onRetried: () => void;
	onDelete: () => void;
}

function MailLine({
	mail: { id, address, kind, attempts, error, failed_at },
	onRetried,
	onDelete,
}: LineProps) {
	const [busy, setBusy] = useState(false);
	const retry = async () => {
		setBusy(true);
		try {
			await retryMail(id);
			onRetried();
		} catch (problem) {
			toast({ tone: "danger", text: admin.couldNotRetry, detail: explain(problem as Problem) });
			setBusy(false);
		}
	};
	return (
		<li class="row mail">
			<div class="row-words">
				<p class="row-title mail-address">{address}</p>
				<p class="row-note">
					{admin.mailKind(kind)} · {admin.attempts(attempts)} · {admin.gaveUp} <RelativeTime at={failed_at} />
				</p>
				<p class="mail-error" dir="auto">
					{error || admin.mailSaid}
				</p>
			</div>
			<Button icon={RotateCw} busy={busy} aria-label={admin.retryMail(address)} onClick={() => void retry()}>
				{common.retry}
			</Button>
			<IconButton icon={Trash2} label={admin.deleteMailTo(address)} onClick={onDelete} />
		</li>
	);
}
