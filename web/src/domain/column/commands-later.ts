import { onDemand } from "../../platform/on-demand";

/** The edits, for what is part of the first screen. */
export const columnCommands = onDemand(() => import("./commands"));
