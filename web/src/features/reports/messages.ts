import { choose } from "../../platform/i18n/language";
import { reports as en } from "./messages.en";

export const reports = choose({ en });
