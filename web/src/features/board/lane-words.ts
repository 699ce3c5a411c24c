import { choose } from "../../platform/i18n/language";
import { lanes as en } from "./lane-words.en";

export const lanes = choose({ en });
