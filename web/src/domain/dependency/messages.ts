import { choose } from "../../platform/i18n/language";
import { dependency as en } from "./messages.en";

export const dependency = choose({ en });
