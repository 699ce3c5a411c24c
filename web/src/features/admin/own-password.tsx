import { CurrentPassword, type CurrentPasswordProps } from "../../ui/current-password";
import { admin } from "./messages";

/** The password of the signed-in administrator, for what needs it once more. */
export const OwnPassword = (props: CurrentPasswordProps) => (
	<CurrentPassword label={admin.yourPassword} wrong={admin.wrongPassword} {...props} />
);
