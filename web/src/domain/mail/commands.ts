import { api, body } from "../../platform/api";

const params = (mail: string) => ({ params: { path: { mail } } });

/** For administrators: the server tries the mail again, as if it were new. */
export async function retryMail(mail: string): Promise<void> {
	await body(api.POST("/admin/mails/{mail}/retry", params(mail)));
}

/** For administrators: the mail is never sent. There is no undo: ask before. */
export async function deleteMail(mail: string): Promise<void> {
	await body(api.DELETE("/admin/mails/{mail}", params(mail)));
}
