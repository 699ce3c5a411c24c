import type { NotificationSettings, Problem, Push } from "boardcast";
import { useEffect, useState } from "preact/hooks";
import { readPush } from "../../domain/push/commands";
import { patchNotificationSettings } from "../../domain/watching/commands";
import { instance, loadInstance } from "../../live/session";
import { api, body } from "../../platform/api";
import { explain } from "../../platform/i18n/errors";
import { toast } from "../../platform/toasts";
import { Skeleton } from "../../ui/empty";
import { Failed } from "../../ui/failed";
import { account } from "./messages";
import { ThisDevice } from "./this-device";

const kinds = ["assigned", "mentioned", "commented", "added", "due", "overdue"] as const;
const ways = ["page", "email", "push"] as const;

type Kind = (typeof kinds)[number];
type Way = (typeof ways)[number];

/** Of what the user is told, and in which ways. A tick is saved at once. */
export function Notifications({ user }: { user: string }) {
	const [settings, setSettings] = useState<NotificationSettings | undefined>(undefined);
	const [push, setPush] = useState<Push | undefined>(undefined);
	const [problem, setProblem] = useState<Problem | undefined>(undefined);
	const read = async () => {
		setProblem(undefined);
		try {
			const [settings, push] = await Promise.all([body(api.GET("/me/notification-settings")), readPush()]);
			setSettings(settings);
			setPush(push);
		} catch (error) {
			setProblem(error as Problem);
		}
	};
	useEffect(() => {
		void loadInstance();
		void read();
	}, []);
	const change = async (kind: Kind, way: Way, on: boolean) => {
		const put = (value: boolean) =>
			setSettings((now) => now && { ...now, [kind]: { ...now[kind], [way]: value } });
		put(on);
		try {
			await patchNotificationSettings({ [kind]: { [way]: on } });
		} catch (error) {
			put(!on);
			toast({ tone: "danger", text: account.couldNotSave, detail: explain(error as Problem) });
		}
	};
	const isPushed = push !== undefined && push.subscription_count > 0;
	return (
		<>
			<section aria-labelledby="notifications-title">
				<h2 id="notifications-title" class="account-title">
					{account.notifications}
				</h2>
				<p class="account-intro">{account.notificationsHint}</p>
				{problem && <Failed text={explain(problem)} retry={read} />}
				{!settings && !problem && <Skeleton />}
				{settings && (
					<Grid settings={settings} pushed={isPushed} change={(...what) => void change(...what)} />
				)}
			</section>
			{push && <ThisDevice user={user} push={push} onPush={setPush} />}
		</>
	);
}

interface GridProps {
	settings: NotificationSettings;
	/** Whether a device of the person is told by push. */
	pushed: boolean;
	change: (kind: Kind, way: Way, on: boolean) => void;
}

function Grid({ settings, pushed, change }: GridProps) {
	const hasMail = instance.value?.mail !== false;
	return (
		<>
			<table class="account-ways">
				<thead>
					<tr>
						<th scope="col">{account.toldOf}</th>
						{ways.map((way) => (
							<th key={way} scope="col">
								{account.way[way]}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{kinds.map((kind) => (
						<tr key={kind}>
							<th scope="row">{account.kind[kind]}</th>
							{ways.map((way) => (
								<td key={way}>
									<label>
										<span class="visually-hidden">
											{account.toldBy(account.kind[kind], account.way[way])}
										</span>
										<input
											type="checkbox"
											checked={settings[kind][way] && (way !== "email" || hasMail)}
											disabled={way === "email" && !hasMail}
											onChange={(event) => change(kind, way, event.currentTarget.checked)}
										/>
									</label>
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
			{!hasMail && <p class="field-hint">{account.noEmail}</p>}
			{!pushed && <p class="field-hint">{account.noPush}</p>}
		</>
	);
}
