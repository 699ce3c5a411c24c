import { api, body } from "../../platform/api";

interface NewFeed {
	name: string;
	/** Absent: all projects of the user, now and later. */
	project_ids?: string[];
	mine_only: boolean;
}

/** Make a calendar for other programs. Answers its address, which the server tells only this once. */
export async function createFeed(fields: NewFeed): Promise<string> {
	const { url = "" } = await body(api.POST("/me/calendars", { body: fields }));
	return url;
}

/** Its address leads nowhere any more. */
export async function deleteFeed(calendar: string): Promise<void> {
	await body(api.DELETE("/me/calendars/{calendar}", { params: { path: { calendar } } }));
}
