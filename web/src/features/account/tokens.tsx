import { KeyRound, Plus } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button } from "../../components/button";
import { Confirm } from "../../components/confirm";
import { Empty } from "../../components/empty";
import { Listing } from "../../components/listing";
import { api, body } from "../../lib/api/client";
import type { Token } from "../../lib/api/types";
import { account } from "../../lib/messages/account";
import { toast } from "../../lib/toasts";
import { useList } from "../../lib/use-list";
import { NewToken } from "./new-token";
import { TokenLine } from "./token-line";

export function Tokens() {
	const list = useList<Token>(() => body(api.GET("/tokens")), "tokens");
	const [making, setMaking] = useState(false);
	const [revoking, setRevoking] = useState<Token | null>(null);
	const create = (
		<Button icon={Plus} tone="primary" onClick={() => setMaking(true)}>
			{account.newToken}
		</Button>
	);
	return (
		<section aria-labelledby="tokens-title">
			<div class="section-head">
				<h2 id="tokens-title">{account.tokens}</h2>
				{list.items && list.items.length > 0 && create}
			</div>
			<p class="account-intro">{account.tokensHint}</p>
			<Listing
				list={list}
				label={account.tokens}
				none={
					<Empty icon={KeyRound} title={account.noTokens} action={create}>
						{account.noTokensHint}
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
						await body(api.DELETE("/tokens/{token}", { params: { path: { token: revoking.id } } }));
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
