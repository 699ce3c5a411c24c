import { onDemand } from "../platform/on-demand";

/** Texts that the server refused: downloaded behind the first screen. */
export const refused = onDemand(() => import("./refused-texts"));
