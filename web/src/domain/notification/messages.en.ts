export const notifications = {
	bell: (unread: number) => (unread > 0 ? `Notifications, ${unread} unread` : "Notifications"),
};
