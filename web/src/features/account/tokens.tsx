import type { Token } from "boardcast";
import { KeyRound, Plus } from "lucide-preact";
import { useState } from "preact/hooks";
import { revokeToken } from "../../domain/token/commands";
import { policy } from "../../live/session";
import { perform } from "../../platform/actions";
import { api, body } from "../../platform/api";
import { toast } from "../../platform/toasts";
import { useActions } from "../../platform/use-actions";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { Empty } from "../../ui/empty";
import { PagedList } from "../../ui/paged-list";
import { useList } from "../../ui/use-list";
import { account } from "./messages";
import { NewToken } from "./new-token";
import { TokenLine } from "./token-line";

export function Tokens() {
	const list = useList<Token>(() => body(api.GET("/tokens")), "tokens");
	const [making, setMaking] = useState(false);
	const [revoking, setRevoking] = useState<Token | null>(null);
	const isAllowed = policy.value?.create_tokens !== false;
	useActions(() => [
		{
			id: "token.create",
			label: () => account.newToken,
			group: () => account.tokens,
			enabled: () => policy.value?.create_tokens !== false,
			run: () => setMaking(true),
		},
	]);
	const create = isAllowed && (
		<Button icon={Plus} tone="primary" onClick={() => perform("token.create")}>
			{account.newToken}
		</Button>
	);
	return (
		<section aria-labelledby="tokens-title">
			<div class="section-head">
				<h2 id="tokens-title">{account.tokens}</h2>
				{list.items && list.items.length > 0 && create}
			</div>
			<p class="account-intro">
				{isAllowed ? account.tokensHint : account.tokensRestricted} <a href="/docs/api">{account.apiDocs}</a>
			</p>
			<PagedList
				list={list}
				label={account.tokens}
				none={
					<Empty icon={KeyRound} title={account.noTokens} action={create}>
						{isAllowed && account.noTokensHint}
					</Empty>
				}
				line={(token) => <TokenLine key={token.id} token={token} onRevoke={() => setRevoking(token)} />}
			/>
			{making && <NewToken onCreated={() => void list.again()} onClose={() => setMaking(false)} />}
			{revoking && (
				<Confirm
					title={account.revokeQuestion(revoking.name)}
					confirm={account.revoke}
					onClose={() => setRevoking(null)}
					run={async () => {
						await revokeToken(revoking.id);
						toast({ text: account.revoked });
						setRevoking(null);
						await list.again();
					}}
				>
					<p>{account.revokeHint}</p>
				</Confirm>
			)}
		</section>
	);
}
