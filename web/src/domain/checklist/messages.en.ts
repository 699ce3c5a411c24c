export const checklist = {
	group: "Checklist",
	couldNotChangeItem: "Could not change the checklist.",
	itemAt: (text: string, position: number, count: number) => `${text}: position ${position} of ${count}`,
	itemText: "Item",
	freshItem: "New item",
	itemActions: (text: string) => `Actions for “${text}”`,
	itemUp: "Move up",
	itemDown: "Move down",
	itemDelete: "Delete",
	itemEdit: "Edit",
};
