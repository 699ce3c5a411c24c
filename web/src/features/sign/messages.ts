import { choose } from "../../platform/i18n/language";
import { sign as en } from "./messages.en";

export const sign = choose({ en });
