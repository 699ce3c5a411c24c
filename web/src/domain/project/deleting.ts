import { choose } from "../../platform/i18n/language";
import { deleting as en } from "./deleting.en";

export const deleting = choose({ en });
