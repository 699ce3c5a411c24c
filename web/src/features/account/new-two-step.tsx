import type { NewTotp } from "boardcast";
import { useState } from "preact/hooks";
import { beginTotp, enableTotp } from "../../domain/account/commands";
import { toast } from "../../platform/toasts";
import { CopyField } from "../../ui/copy-field";
import { TextField } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { useForm } from "../../ui/use-form";
import { account } from "./messages";
import { CurrentPassword } from "./proof";
import { RecoveryCodes } from "./recovery-codes";

interface Props {
	email: string;
	onClose: () => void;
}

/** Turns on the second factor: the password, then the secret and a first code of it, then the recovery codes. */
export function NewTwoStep({ email, onClose }: Props) {
	const [made, setMade] = useState<NewTotp | undefined>(undefined);
	const [codes, setCodes] = useState<readonly string[] | undefined>(undefined);
	const done = () => {
		onClose();
		toast({ text: account.twoStepDone });
	};
	if (codes) return <RecoveryCodes codes={codes} email={email} onClose={done} />;
	if (made) return <FirstCode made={made} onCodes={setCodes} onClose={onClose} />;
	return <Ask email={email} onMade={setMade} onClose={onClose} />;
}

function Ask({ email, onMade, onClose }: Props & { onMade: (made: NewTotp) => void }) {
	const [password, setPassword] = useState("");
	const form = useForm(async () => onMade(await beginTotp(password)));
	return (
		<FormDialog title={account.turnOnTwoStep} form={form} submit={account.goOn} onClose={onClose}>
			<CurrentPassword form={form} email={email} value={password} onText={setPassword} autofocus />
		</FormDialog>
	);
}

interface FirstCodeProps {
	made: NewTotp;
	onCodes: (codes: readonly string[]) => void;
	onClose: () => void;
}

function FirstCode({ made, onCodes, onClose }: FirstCodeProps) {
	const [code, setCode] = useState("");
	const form = useForm(async () => onCodes(await enableTotp(code.trim())));
	return (
		<FormDialog title={account.turnOnTwoStep} form={form} submit={account.turnOn} onClose={onClose}>
			<p>{account.scan}</p>
			<img
				class="account-qr"
				alt={account.scanAlt}
				src={`data:image/svg+xml,${encodeURIComponent(made.qr)}`}
			/>
			<CopyField label={account.key} text={made.secret} />
			<TextField
				label={account.code}
				hint={account.codeHint}
				inputMode="numeric"
				autocomplete="one-time-code"
				required
				value={code}
				onText={setCode}
				error={form.error("code")}
			/>
		</FormDialog>
	);
}
