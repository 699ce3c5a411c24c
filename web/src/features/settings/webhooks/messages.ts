import { choose } from "../../../platform/i18n/language";
import { webhooks as en } from "./messages.en";

export const webhooks = choose({ en });
