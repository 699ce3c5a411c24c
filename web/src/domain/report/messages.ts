import { choose } from "../../platform/i18n/language";
import { report as en } from "./messages.en";

export const report = choose({ en });
