import { choose } from "../../../platform/i18n/language";
import { audit as en } from "./messages.en";

export const audit = choose({ en });
