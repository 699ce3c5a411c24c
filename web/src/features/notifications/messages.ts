import { choose } from "../../platform/i18n/language";
import { notifications as en } from "./messages.en";

export const notifications = choose({ en });
