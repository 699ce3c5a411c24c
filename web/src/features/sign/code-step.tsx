import { Problem } from "boardcast";
import { useState } from "preact/hooks";
import { completeSignIn } from "../../live/session-begin";
import { Button } from "../../ui/button";
import { TextField } from "../../ui/field";
import { useForm } from "../../ui/use-form";
import { CredentialsForm } from "./credentials-form";
import { sign } from "./messages";
import { SignCard } from "./sign-card";

interface FormProps {
	remember: boolean;
	/** Asks for a recovery code in place of one of the app. */
	recovers: boolean;
	onDone: () => void;
	/** The server waits for a code no longer. */
	onExpired: (problem: Problem) => void;
}

interface Props extends Omit<FormProps, "recovers"> {
	onBack: () => void;
}

/** Asks for the second factor, after the password. */
export function CodeStep({ onBack, ...form }: Props) {
	const [recovers, setRecovers] = useState(false);
	const change = () => {
		// The new field takes the focus where nothing has it.
		if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
		setRecovers(!recovers);
	};
	const below = (
		<>
			<Button tone="ghost" onClick={change}>
				{recovers ? sign.useCode : sign.useRecoveryCode}
			</Button>
			<Button tone="ghost" onClick={onBack}>
				{sign.backToSignIn}
			</Button>
			{recovers && (
				<>
					<br />
					{sign.lostBoth}
				</>
			)}
		</>
	);
	const intro = recovers ? sign.recoveryIntro : sign.codeIntro;
	return (
		<SignCard title={sign.twoStep} intro={intro} below={below}>
			<CodeForm key={recovers ? "recovery" : "code"} {...form} recovers={recovers} />
		</SignCard>
	);
}

function CodeForm({ remember, recovers, onDone, onExpired }: FormProps) {
	const [code, setCode] = useState("");
	const form = useForm(async () => {
		try {
			await completeSignIn(code.trim(), remember);
		} catch (error) {
			if (!(error instanceof Problem)) throw error;
			if (error.code === "sign_in_expired") return onExpired(error);
			setCode("");
			throw error;
		}
		onDone();
	});
	const field = recovers
		? ({ label: sign.recoveryCode, autocomplete: "off" } as const)
		: ({ label: sign.code, autocomplete: "one-time-code", inputMode: "numeric" } as const);
	return (
		<CredentialsForm form={form} submit={sign.signIn}>
			<TextField
				{...field}
				autocapitalize="off"
				spellcheck={false}
				required
				autofocus
				value={code}
				onText={setCode}
			/>
		</CredentialsForm>
	);
}
