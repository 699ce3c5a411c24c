export const comment = {
	group: "Comment",
	own: "Comment",
	on: (task: string) => `Comment on ${task}`,
	couldNotAdd: "Could not send the comment.",
	couldNotEdit: "Could not change the comment.",
	couldNotDelete: "Could not delete the comment.",
	couldNotReact: "Could not react to the comment.",
	deleted: "Comment deleted",
	quote: "Quote in an answer",
	edit: "Edit",
	delete: "Delete…",
	copyLink: "Copy link",
};
