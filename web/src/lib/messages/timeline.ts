import { timeline as en } from "./en/timeline";
import { choose } from "./language";

export const timeline = choose({ en });
