import type { paths as described } from "./schema.ts";

/** The paths of the API without `/api/v1`, which the client adds. */
export type paths = {
	[P in keyof described as P extends `/api/v1${infer Rest}` ? Rest : never]: described[P];
};
