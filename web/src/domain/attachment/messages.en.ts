import { plural } from "../../platform/i18n/language";

export const attachment = {
	couldNotRename: "Could not rename the file.",
	couldNotDelete: "Could not delete the file.",
	couldNotSetCover: "Could not change the cover.",
	deleted: (name: string) => `${name} deleted`,
	tooLarge: (limit: string) => `It is larger than the ${limit} that this server accepts.`,
	uploading: (count: number, task: string) =>
		`Uploading ${plural("en", count, { one: "file", other: "files" })} to ${task}`,
	uploaded: (name: string) => `${name} is uploaded`,
	couldNotUpload: (name: string) => `Could not upload ${name}.`,
	name: "Name of the file",
	group: "File",
	download: "Download",
	rename: "Rename",
	useAsCover: "Use as cover",
	removeCover: "Remove the cover",
	delete: "Delete…",
};
