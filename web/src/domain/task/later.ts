import { choose } from "../../platform/i18n/language";
import { later as en } from "./later.en";

export const later = choose({ en });
