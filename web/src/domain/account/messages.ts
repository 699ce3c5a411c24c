import { choose } from "../../platform/i18n/language";
import { account as en } from "./messages.en";

export const account = choose({ en });
