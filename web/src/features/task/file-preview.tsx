import { type Attachment, Problem } from "boardcast";
import { Download } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { contentOf, downloadOf } from "../../domain/attachment/addresses";
import { readSound, readText, shownBytes } from "../../domain/attachment/preview";
import { sizeText } from "../../domain/attachment/size";
import { explain } from "../../platform/i18n/errors";
import { Skeleton } from "../../ui/empty";
import { Failed } from "../../ui/failed";
import { task as words } from "./messages";

interface Props {
	project: string;
	file: Attachment;
}

export function ImagePreview({ project, file }: Props) {
	const [broken, setBroken] = useState(false);
	if (broken) return <p class="soft">{words.cannotShow}</p>;
	return (
		<img
			src={contentOf(project, file)}
			alt={file.name}
			onError={() => setBroken(true)}
			{...(file.width && file.height ? { width: file.width, height: file.height } : {})}
		/>
	);
}

/** The beginning of a text, as text: whatever is in it is shown and never drawn. */
export function TextPreview({ project, file }: Props) {
	const { found, failure } = useRead(readText, project, file);
	if (failure) return failure;
	if (found === undefined) return <Waiting />;
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
		<section class="light-box-text" aria-label={file.name} tabIndex={0}>
			{found === "" ? <p class="soft">{words.emptyFile}</p> : <pre dir="auto">{found}</pre>}
			{file.size > shownBytes && (
				<p class="light-box-rest">
					{words.onlyTheFirst(sizeText(shownBytes), sizeText(file.size))}
					<a class="button button-plain" href={downloadOf(project, file)} download={file.name}>
						<Download size={16} aria-hidden="true" />
						{words.downloadWhole}
					</a>
				</p>
			)}
		</section>
	);
}

export function SoundPreview({ project, file }: Props) {
	const { found, failure } = useRead(readSound, project, file);
	const [address, setAddress] = useState<string | undefined>(undefined);
	const [broken, setBroken] = useState(false);
	useEffect(() => {
		if (!found) return undefined;
		const made = URL.createObjectURL(found);
		setAddress(made);
		return () => URL.revokeObjectURL(made);
	}, [found]);
	if (failure) return failure;
	if (address === undefined) return <Waiting />;
	if (broken) return <p class="soft">{words.cannotPlay}</p>;
	// biome-ignore lint/a11y/useMediaCaption: an attachment has none
	return <audio controls src={address} aria-label={file.name} onError={() => setBroken(true)} />;
}

const Waiting = () => (
	<div class="light-box-waiting">
		<Skeleton />
	</div>
);

/** What is read of a file, until another one is shown. */
function useRead<T>(
	read: (project: string, file: Attachment, signal: AbortSignal) => Promise<T>,
	project: string,
	file: Attachment,
) {
	const [found, setFound] = useState<T | undefined>(undefined);
	const [problem, setProblem] = useState<Problem | undefined>(undefined);
	const [turn, setTurn] = useState(0);
	useEffect(() => {
		const stop = new AbortController();
		setProblem(undefined);
		read(project, file, stop.signal).then(setFound, (error: unknown) => {
			if (stop.signal.aborted) return;
			setProblem(error instanceof Problem ? error : new Problem(0, { code: "internal" }));
		});
		return () => stop.abort();
	}, [project, file.id, turn]);
	const again = async () => setTurn((before) => before + 1);
	return { found, failure: problem && <Failed text={explain(problem)} retry={again} /> };
}
