export const listedTask = {
	completed: (name: string) => `${name} done`,
	reopened: (name: string) => `${name} reopened`,
	scheduled: (name: string) => `Changed the due date of ${name}`,
	couldNotChange: (name: string) => `Could not change ${name}.`,
};
