import { board as en } from "./en/board";
import { choose } from "./language";

export const board = choose({ en });
