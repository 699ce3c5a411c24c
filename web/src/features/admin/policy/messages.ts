import { choose } from "../../../platform/i18n/language";
import { policy as en } from "./messages.en";

export const policy = choose({ en });
