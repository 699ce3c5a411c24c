export const milestone = {
	couldNotChange: (name: string) => `Could not change the milestone ${name}`,
	couldNotCreate: (name: string) => `Could not create the milestone ${name}`,
	couldNotDelete: (name: string) => `Could not delete the milestone ${name}`,
	moved: (name: string) => `Moved ${name}`,
	fresh: "New milestone",
	nameOf: (name: string) => `Name of the milestone ${name}`,
};
