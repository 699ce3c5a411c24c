import type { Priority } from "boardcast";

/** From the highest to none, as every menu and every group lists them. */
export const priorities: readonly Priority[] = ["urgent", "high", "medium", "low", "none"];
