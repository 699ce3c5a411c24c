import { File, FileArchive, FileAudio, FileImage, FileText, FileVideo } from "lucide-preact";

const icons = [
	[/^image\//, FileImage],
	[/^video\//, FileVideo],
	[/^audio\//, FileAudio],
	[/zip|tar|compress|7z|rar/, FileArchive],
	[/^text\/|pdf|document|json|xml/, FileText],
] as const;

/** A picture of what kind of file it is. */
export function FileIcon({ mediaType }: { mediaType: string }) {
	const Icon = icons.find(([kind]) => kind.test(mediaType))?.[1] ?? File;
	return <Icon size={20} aria-hidden="true" />;
}
