import { choose } from "../../platform/i18n/language";
import { activity as en } from "./messages.en";

export const activity = choose({ en });
