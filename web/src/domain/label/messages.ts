import { choose } from "../../platform/i18n/language";
import { label as en } from "./messages.en";

export const label = choose({ en });
