import { choose } from "../../platform/i18n/language";
import { presence as en } from "./messages.en";

export const presence = choose({ en });
