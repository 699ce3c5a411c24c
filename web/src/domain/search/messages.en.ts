export const search = {
	kinds: { task: "Task", comment: "Comment", attachment: "File" },
};
