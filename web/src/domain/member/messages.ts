import { choose } from "../../platform/i18n/language";
import { member as en } from "./messages.en";

export const member = choose({ en });
