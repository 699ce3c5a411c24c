import { plural } from "../../platform/i18n/language";

export const dependency = {
	linked: (task: string, other: string) => `${task} now waits for ${other}`,
	tooEarly: (days: number) => `It is planned ${plural("en", days, { one: "day", other: "days" })} too early.`,
	moveTo: (task: string, when: string) => `Move ${task} to ${when}`,
	unlinked: (task: string, other: string) => `${task} no longer waits for ${other}`,
	couldNotLink: (task: string, other: string) => `Could not make ${task} wait for ${other}`,
	couldNotUnlink: (task: string, other: string) => `Could not remove the dependency of ${task} on ${other}`,
	circle: "That would make the tasks wait for each other in a circle.",
	lagWrong: ({ minimum, maximum }: { minimum: number; maximum: number }) =>
		`A whole number of days from ${minimum} to ${maximum}.`,
	alreadyLinked: (task: string, other: string) => `${task} waits for ${other} already`,
};
