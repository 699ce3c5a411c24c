import { settings as en } from "./en/settings";
import { choose } from "./language";

export const settings = choose({ en });
