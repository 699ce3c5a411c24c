/** The texts of doing again what was undone: downloaded with the edits. */
export const redo = {
	redo: "Redo",
	notDoneAgain: (who?: string) => `${who ?? "Somebody"} changed this since, so it stays as it is now.`,
};
