import type { paths as described } from "./schema";

/** The addresses of the API behind its base, `/api/v1`, which the client puts in front. */
export type paths = {
	[P in keyof described as P extends `/api/v1${infer Rest}` ? Rest : never]: described[P];
};
