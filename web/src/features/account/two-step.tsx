import type { Problem, Totp } from "boardcast";
import { useEffect, useState } from "preact/hooks";
import { removeTotp, renewCodes } from "../../domain/account/commands";
import { policy } from "../../live/session";
import { api, body } from "../../platform/api";
import { explain } from "../../platform/i18n/errors";
import { toast } from "../../platform/toasts";
import { Button } from "../../ui/button";
import { Failed } from "../../ui/failed";
import { FormDialog } from "../../ui/form-dialog";
import { RelativeTime } from "../../ui/relative-time";
import { useForm } from "../../ui/use-form";
import { account } from "./messages";
import { NewTwoStep } from "./new-two-step";
import { AnyCode, CurrentPassword } from "./proof";
import { RecoveryCodes } from "./recovery-codes";

/** So few recovery codes are a reason to get new ones. */
const few = 3;

/** Whether signing in asks for a code besides the password. */
export function TwoStep({ email }: { email: string }) {
	const [state, setState] = useState<Totp | undefined>(undefined);
	const [problem, setProblem] = useState<Problem | undefined>(undefined);
	const [shown, setShown] = useState<"on" | "off" | "codes" | undefined>(undefined);
	const read = async () => {
		setProblem(undefined);
		try {
			setState(await body(api.GET("/me/totp")));
		} catch (error) {
			setProblem(error as Problem);
		}
	};
	useEffect(() => void read(), []);
	const close = () => {
		setShown(undefined);
		void read();
	};
	return (
		<section class="section" aria-labelledby="two-step-title">
			<h2 id="two-step-title">{account.twoStep}</h2>
			<p class="account-intro">{account.twoStepHint}</p>
			{problem && <Failed text={explain(problem)} retry={read} />}
			{state?.enabled_at && (
				<p class="account-intro" role="status">
					{account.twoStepOn} <RelativeTime at={state.enabled_at} />.{" "}
					{account.codesLeft(state.recovery_codes_left)}{" "}
					{state.recovery_codes_left <= few && account.fewCodes}
				</p>
			)}
			{state &&
				(state.enabled_at ? (
					<div class="account-buttons">
						<Button onClick={() => setShown("codes")}>{account.newCodes}</Button>
						<Button onClick={() => setShown("off")}>{account.turnOffTwoStep}</Button>
					</div>
				) : (
					<Button onClick={() => setShown("on")}>{account.turnOnTwoStep}</Button>
				))}
			{shown === "on" && <NewTwoStep email={email} onClose={close} />}
			{shown === "codes" && <NewCodes email={email} onClose={close} />}
			{shown === "off" && <TurnOff email={email} onClose={close} />}
		</section>
	);
}

function TurnOff({ email, onClose }: { email: string; onClose: () => void }) {
	const [password, setPassword] = useState("");
	const [code, setCode] = useState("");
	const form = useForm(async () => {
		await removeTotp(password, code.trim());
		toast({ text: account.twoStepEnded });
		onClose();
	});
	return (
		<FormDialog
			title={account.turnOffTwoStep}
			form={form}
			submit={account.turnOff}
			tone="danger"
			onClose={onClose}
		>
			<p>{account.turnOffTwoStepHint}</p>
			{policy.value?.second_factor_required && <p>{account.twoStepIsRequired}</p>}
			<CurrentPassword form={form} email={email} value={password} onText={setPassword} />
			<AnyCode form={form} value={code} onText={setCode} />
		</FormDialog>
	);
}

/** New recovery codes in place of the old ones: the password and a code, then the codes. */
function NewCodes({ email, onClose }: { email: string; onClose: () => void }) {
	const [password, setPassword] = useState("");
	const [code, setCode] = useState("");
	const [codes, setCodes] = useState<readonly string[] | undefined>(undefined);
	const form = useForm(async () => setCodes(await renewCodes(password, code.trim())));
	if (codes) {
		const done = () => {
			onClose();
			toast({ text: account.codesMade });
		};
		return <RecoveryCodes codes={codes} email={email} onClose={done} />;
	}
	return (
		<FormDialog title={account.newCodes} form={form} submit={account.makeCodes} onClose={onClose}>
			<p>{account.newCodesHint}</p>
			<CurrentPassword form={form} email={email} value={password} onText={setPassword} autofocus />
			<AnyCode form={form} value={code} onText={setCode} />
		</FormDialog>
	);
}
