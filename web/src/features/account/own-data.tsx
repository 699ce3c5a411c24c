import { Download } from "lucide-preact";
import { base } from "../../platform/api";
import { account } from "./messages";

/** What the server has of the person, to take along. A plain link: the browser takes the file as it is sent. */
export function OwnData() {
	return (
		<section class="section" aria-labelledby="own-data-title">
			<h2 id="own-data-title">{account.ownData}</h2>
			<p class="account-intro">{account.ownDataHint}</p>
			<a class="button button-plain" href={`${base}/me/export`} download="">
				<Download size={16} aria-hidden="true" />
				{account.download}
			</a>
		</section>
	);
}
