import { choose } from "../../platform/i18n/language";
import { quickWords as en } from "./quick-words.en";

export const quickWords = choose({ en });
