import type { Plan } from "../model";

export interface PanelProps {
	plan: Plan;
	anchor: () => Element | DOMRect | null;
	onClose: () => void;
}
