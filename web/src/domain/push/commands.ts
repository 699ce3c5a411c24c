import type { Push } from "boardcast";
import { api, body } from "../../platform/api";

/** How the person is told by push, and whether this browser is. */
export function readPush(): Promise<Push> {
	return body(api.GET("/me/push"));
}

/** Have this browser told of news while this session lives. */
export function putSubscription(subscription: PushSubscription): Promise<Push> {
	const { endpoint = "", keys = {} } = subscription.toJSON();
	const { p256dh = "", auth = "" } = keys;
	return body(api.PUT("/me/push/subscription", { body: { endpoint, keys: { p256dh, auth } } }));
}

export async function deleteSubscription(): Promise<void> {
	await body(api.DELETE("/me/push/subscription"));
}

/** Whether messages may hold texts of projects. */
export function setShowTexts(show_texts: boolean): Promise<Push> {
	return body(api.PATCH("/me/push", { body: { show_texts } }));
}
