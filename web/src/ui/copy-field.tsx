import { Check, Copy } from "lucide-preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { common } from "../platform/i18n/common";
import { Button } from "./button";
import "./copy-field.css";

/** A text with a button that copies it, such as a link, or a secret that is shown once. */
export function CopyField({ label, text, hint }: { label: string; text: string; hint?: string }) {
	const id = useId();
	const field = useRef<HTMLInputElement>(null);
	const [copied, setCopied] = useState(false);
	useEffect(() => {
		if (!copied) return undefined;
		const timer = setTimeout(() => setCopied(false), 4000);
		return () => clearTimeout(timer);
	}, [copied]);
	const copy = async () => {
		field.current?.select();
		try {
			await navigator.clipboard.writeText(text);
			setCopied(true);
		} catch {
			// There is no clipboard on plain HTTP outside of localhost: the text stays selected for Ctrl+C.
		}
	};
	return (
		<div class="field">
			<label for={id} class="field-label">
				{label}
			</label>
			<div class="copy-field">
				<input
					ref={field}
					id={id}
					class="input"
					readOnly
					value={text}
					aria-describedby={hint ? `${id}-note` : undefined}
					onFocus={(event) => event.currentTarget.select()}
				/>
				<Button tone="primary" icon={copied ? Check : Copy} onClick={() => void copy()}>
					{copied ? common.copied : common.copy}
				</Button>
			</div>
			<span class="visually-hidden" role="status">
				{copied ? common.copied : ""}
			</span>
			{hint && (
				<p id={`${id}-note`} class="field-hint">
					{hint}
				</p>
			)}
		</div>
	);
}
