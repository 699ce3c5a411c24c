import { onDemand } from "../../platform/on-demand";

/** The edits, for what is part of the first screen. */
export const taskCommands = onDemand(() => import("./commands"));
