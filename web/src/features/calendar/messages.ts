import { choose } from "../../platform/i18n/language";
import { calendar as en } from "./messages.en";

export const calendar = choose({ en });
