import { choose } from "../../../platform/i18n/language";
import { live as en } from "./messages.en";

export const live = choose({ en });
