import { choose } from "../../platform/i18n/language";
import { sentences as en } from "./sentences.en";

export const sentences = choose({ en });
