/** The texts of edits: downloaded with them. */
export const later = {
	couldNotChangeColumn: (name: string) => `Could not change the column ${name}.`,
	moved: (name: string) => `Moved the column ${name}`,
	renamed: (before: string, now: string) => `The column ${before} is now ${now}`,
	changed: (name: string) => `Changed the column ${name}`,
	completes: (name: string) => `The tasks in ${name} are done now`,
	completesNoMore: (name: string) => `${name} no longer makes tasks done; those in it stay done`,
	columnAt: (name: string, position: number, count: number) => `${name}: column ${position} of ${count}`,
};
