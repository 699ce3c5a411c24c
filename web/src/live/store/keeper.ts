import type { StoredEdit } from "../stored-edit";

export interface KeptEdit extends StoredEdit {
	key: string;
	project: string;
	/** When it was made, in ms since 1970, and its place among the edits of the page: the order of all. */
	at: number;
	turn: number;
}

/** Keeps edits beyond the page until the server has answered them. */
interface Keeper {
	keep(edit: KeptEdit): void;
	forget(key: string): void;
}

let present: Keeper | undefined;

/** From now on edits are kept there; undefined without a user. */
export function setKeeper(keeper: Keeper | undefined): void {
	present = keeper;
}

export function keeper(): Keeper | undefined {
	return present;
}
