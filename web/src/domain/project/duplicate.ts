import { choose } from "../../platform/i18n/language";
import { duplicate as en } from "./duplicate.en";

export const duplicate = choose({ en });
