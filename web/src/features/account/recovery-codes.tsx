import { Copy, Download, Printer } from "lucide-preact";
import { save } from "../../platform/download";
import { toast } from "../../platform/toasts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { account } from "./messages";

interface Props {
	codes: readonly string[];
	email: string;
	onClose: () => void;
}

/** The recovery codes, shown once: to copy, to download, to print. */
export function RecoveryCodes({ codes, email, onClose }: Props) {
	const head = account.codesHead(location.host, email);
	const text = `${head}\n\n${codes.join("\n")}\n`;
	const copy = async () => {
		try {
			await navigator.clipboard.writeText(text);
			toast({ text: account.codesCopied });
		} catch {
			// There is no clipboard on plain HTTP outside of localhost: the codes can be selected and downloaded.
		}
	};
	const footer = (
		<Button tone="primary" onClick={onClose}>
			{account.codesKept}
		</Button>
	);
	return (
		<Dialog title={account.recoveryCodes} onClose={onClose} footer={footer}>
			<div class="stack">
				<p>{account.recoveryCodesHint}</p>
				<div class="account-codes">
					<p class="account-codes-head">{head}</p>
					<ol aria-label={account.recoveryCodes}>
						{codes.map((code) => (
							<li key={code}>
								<code>{code}</code>
							</li>
						))}
					</ol>
				</div>
				<div class="account-buttons">
					<Button icon={Copy} onClick={() => void copy()}>
						{account.copyCodes}
					</Button>
					<Button
						icon={Download}
						onClick={() => save(new Blob([text], { type: "text/plain" }), account.codesFile)}
					>
						{account.downloadCodes}
					</Button>
					<Button icon={Printer} onClick={() => print()}>
						{account.printCodes}
					</Button>
				</div>
			</div>
		</Dialog>
	);
}
