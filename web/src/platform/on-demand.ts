import { common } from "./i18n/common";
import { toast } from "./toasts";
import { lookForUpdate } from "./update";

/** What an action needs when it runs and no screen needs before: downloaded when the page is idle, or by its first use. */
interface OnDemand<M> {
	preload: () => void;
	/** At once where it is there already. The promise ends when `act` has, or when there is nothing to act with. */
	use: (act: (module: M) => unknown) => Promise<unknown>;
}

export function onDemand<M>(load: () => Promise<M>): OnDemand<M> {
	let loaded: M | undefined;
	const fetchIt = async () => {
		loaded = await load();
		return loaded;
	};
	/** What a person did without a network is done when there is one again: it is not lost. */
	const fetchOnline = async () => {
		for (;;) {
			try {
				return await fetchIt();
			} catch (error) {
				if (navigator.onLine) throw error;
				toast({ text: common.doneOnline });
				await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
			}
		}
	};
	let coming: Promise<M> | undefined;
	/** One download for all that is asked for meanwhile, so that it is done in the order in which it was asked for. */
	const fetchOnce = () => {
		coming ??= fetchOnline().finally(() => {
			coming = undefined;
		});
		return coming;
	};
	return {
		// The first use tries again, and says so when it fails.
		preload: () => void fetchIt().catch(() => {}),
		use: (act) => {
			if (loaded) return Promise.resolve(act(loaded));
			return fetchOnce().then(act, () => {
				toast({ tone: "danger", text: common.couldNotLoad });
				void lookForUpdate();
			});
		},
	};
}
