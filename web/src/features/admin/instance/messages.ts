import { choose } from "../../../platform/i18n/language";
import { instance as en } from "./messages.en";

export const instance = choose({ en });
