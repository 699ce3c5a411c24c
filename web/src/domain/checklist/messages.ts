import { choose } from "../../platform/i18n/language";
import { checklist as en } from "./messages.en";

export const checklist = choose({ en });
