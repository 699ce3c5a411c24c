import { choose } from "../../platform/i18n/language";
import { debug as en } from "./messages.en";

export const debug = choose({ en });
