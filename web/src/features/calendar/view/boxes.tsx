// The parts of a grid, of own boxes and not of table elements: browsers lay these out by rules of their own.
import type { HTMLAttributes, Ref } from "preact";

type Props = HTMLAttributes<HTMLDivElement> & { boxRef?: Ref<HTMLDivElement> };

const box =
	(role: "grid" | "rowgroup" | "row" | "columnheader" | "gridcell") =>
	({ boxRef = null, ...rest }: Props) => <div ref={boxRef} {...rest} role={role} />;

export const GridBox = box("grid");
export const GroupBox = box("rowgroup");
export const RowBox = box("row");
export const HeadBox = box("columnheader");
export const CellBox = box("gridcell");
