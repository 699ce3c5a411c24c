import { lazy } from "../../ui/lazy";

/** In a file of its own: the words of the bar and those of the sheet have it. */
export const Completion = lazy(() => import("./completion").then((m) => m.Completion), null);
