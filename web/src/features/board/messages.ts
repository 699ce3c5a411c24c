import { choose } from "../../platform/i18n/language";
import { board as en } from "./messages.en";

export const board = choose({ en });
