import type { PastSignIn } from "boardcast";
import { Monitor, ShieldAlert, Smartphone } from "lucide-preact";
import { nameOf, readAgent } from "../../domain/account/agent";
import { api, body } from "../../platform/api";
import { Chip } from "../../ui/chip";
import { PagedList } from "../../ui/paged-list";
import { RelativeTime } from "../../ui/relative-time";
import { useList } from "../../ui/use-list";
import { account } from "./messages";

/** Who signed in to the account, and who tried to; the latest first. */
export function SignIns() {
	const list = useList<PastSignIn>((cursor) => {
		const query = { limit: 20, ...(cursor ? { cursor } : {}) };
		return body(api.GET("/me/sign-ins", { params: { query } }));
	}, "sign-ins");
	return (
		<section class="section" aria-labelledby="sign-ins-title">
			<h2 id="sign-ins-title">{account.signIns}</h2>
			<p class="account-intro">{account.signInsHint}</p>
			<PagedList
				list={list}
				label={account.signIns}
				none={<p class="soft">{account.noSignIns}</p>}
				line={(signIn) => <Line key={signIn.id} signIn={signIn} />}
			/>
		</section>
	);
}

function Line({ signIn: { at, address, user_agent, method, succeeded } }: { signIn: PastSignIn }) {
	const device = readAgent(user_agent).phone ? Smartphone : Monitor;
	const Icon = succeeded ? device : ShieldAlert;
	return (
		<li class="row">
			<span class="row-icon">
				<Icon size={16} aria-hidden="true" />
			</span>
			<div class="row-words">
				<p class="row-title truncate" title={user_agent}>
					{nameOf(user_agent)}
				</p>
				<p class="row-note">
					<RelativeTime at={at} /> · <bdi>{address}</bdi> · {account.signInMethod[method]}
				</p>
			</div>
			{!succeeded && <Chip tone="danger">{account.refused}</Chip>}
		</li>
	);
}
