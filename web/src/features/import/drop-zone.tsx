import { FileUp } from "lucide-preact";
import { sizeText } from "../../domain/attachment/size";
import { instance } from "../../live/session";
import { importing as words } from "./messages";

interface Props {
	/** A file is carried over the page. */
	over: boolean;
	onChoose: () => void;
}

/** Where a file is dropped, and a button too. The page itself takes the file, wherever it falls. */
export function DropZone({ over, onChoose }: Props) {
	const limit = instance.value?.import_limit;
	return (
		<div class="import-begin">
			<button
				type="button"
				class="import-zone"
				data-over={over || undefined}
				aria-describedby="import-takes"
				onClick={onChoose}
			>
				<FileUp size={28} aria-hidden="true" />
				<strong>{over ? words.dropIt : words.drop}</strong>
				<span class="soft">{words.dropHint}</span>
			</button>
			<p id="import-takes" class="soft">
				{words.takes}
				{limit !== undefined && ` ${words.limit(sizeText(limit))}`}
			</p>
			<p class="soft">{words.first}</p>
		</div>
	);
}
