export const project = {
	couldNotArchive: "Could not archive the project",
	couldNotUnarchive: "Could not unarchive the project",
	couldNotPin: (name: string) => `Could not change whether “${name}” is on top`,
	couldNotChange: "Could not change the project",
	archived: (name: string) => `“${name}” is archived`,
};
