import { toast } from "../../platform/toasts";
import { task as words } from "./messages";

export async function copyAddress(address: string): Promise<void> {
	try {
		await navigator.clipboard.writeText(new URL(address, location.href).href);
		toast({ text: words.linkCopied });
	} catch {
		// There is no clipboard on plain HTTP outside of localhost.
		toast({ text: words.linkNotCopied });
	}
}
