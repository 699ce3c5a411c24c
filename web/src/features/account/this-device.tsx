import { Problem, type Push } from "boardcast";
import { BellRing, BellOff as Silent } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { setShowTexts } from "../../domain/push/commands";
import { type Device, stateOf, turnOff, turnOn } from "../../domain/push/device";
import { explain } from "../../platform/i18n/errors";
import { toast } from "../../platform/toasts";
import { Button } from "../../ui/button";
import { Checkbox } from "../../ui/field";
import { RelativeTime } from "../../ui/relative-time";
import { account } from "./messages";

interface Props {
	user: string;
	push: Push;
	onPush: (push: Push) => void;
}

/** Whether this browser is told of news while no page is open, and what its screen may show. */
export function ThisDevice({ user, push, onPush }: Props) {
	const [device, setDevice] = useState<Device | undefined>(undefined);
	const [busy, setBusy] = useState(false);
	useEffect(() => {
		void stateOf(push).then(setDevice);
	}, [push.subscription?.endpoint]);
	const begin = () =>
		attempt(account.couldNotTurnOn, async () => {
			const after = await turnOn(user, push);
			setDevice(after.device);
			onPush(after.push);
			if (after.device === "on") toast({ text: account.deviceOn });
		});
	const end = () =>
		attempt(account.couldNotTurnOff, async () => {
			await turnOff();
			setDevice("off");
			onPush({ ...push, subscription: null, subscription_count: Math.max(0, push.subscription_count - 1) });
			toast({ text: account.deviceOff });
		});
	const attempt = async (failed: string, act: () => Promise<void>) => {
		setBusy(true);
		try {
			await act();
		} catch (error) {
			const detail = error instanceof Problem ? explain(error) : account.browserRefused;
			toast({ tone: "danger", text: failed, detail });
		}
		setBusy(false);
	};
	const showTexts = async (on: boolean) => {
		onPush({ ...push, show_texts: on });
		try {
			onPush(await setShowTexts(on));
		} catch (error) {
			onPush({ ...push, show_texts: !on });
			toast({ tone: "danger", text: account.couldNotSave, detail: explain(error as Problem) });
		}
	};
	const since = device === "on" ? push.subscription?.failing_since : null;
	return (
		<section class="section account-device" aria-labelledby="device-title">
			<div class="section-head">
				<h2 id="device-title">{account.thisDevice}</h2>
				{device === "off" && (
					<Button icon={BellRing} tone="primary" busy={busy} onClick={() => void begin()}>
						{account.turnOn}
					</Button>
				)}
				{device === "on" && (
					<Button icon={Silent} busy={busy} onClick={() => void end()}>
						{account.turnOff}
					</Button>
				)}
			</div>
			<p class="account-intro" role="status">
				{device && account.device[device]}{" "}
				{push.subscription_count > 0 && account.devicesTold(account.devices(push.subscription_count))}
			</p>
			{since && (
				<p class="account-warning">
					{account.pushFails} <RelativeTime at={since} />.
				</p>
			)}
			<Checkbox label={account.showTexts} checked={push.show_texts} onPick={(on) => void showTexts(on)} />
			<p class="field-hint account-below">{account.showTextsHint}</p>
		</section>
	);
}
