import type { Task, User } from "boardcast";
import type { PickerKind } from "../../domain/task/picker";
import type { ProjectStore } from "../../live/store/project";

/** What each part of the dialog gets. */
export interface Part {
	store: ProjectStore;
	user: User;
	task: Task;
	write: boolean;
	/** The address of the dialog of a task, by its number. */
	address: (number: number) => string;
	/** Open the picker for a field, beside the element that was pressed. */
	openPicker: (kind: PickerKind, anchor: Element) => void;
}
