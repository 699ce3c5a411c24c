import { choose } from "../../platform/i18n/language";
import { milestone as en } from "./messages.en";

export const milestone = choose({ en });
