import { choose } from "../../platform/i18n/language";
import { view as en } from "./messages.en";

export const view = choose({ en });
