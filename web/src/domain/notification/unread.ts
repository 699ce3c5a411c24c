import { signal } from "@preact/signals";

/** How many notifications are unread: all that the first screen shows of the inbox. */
export const unreadCount = signal(0);
