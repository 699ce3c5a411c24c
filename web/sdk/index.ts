// The client of a Boardcast server, without any framework: requests, the event stream, and the one rule by which a
// project's state follows its events. The page is built on it.
export { type Answer, type Api, type ApiOptions, body, createApi } from "./api/client.ts";
export * as limits from "./api/limits.ts";
export { Problem } from "./api/problem.ts";
export type * from "./api/types.ts";
export { newKey } from "./idempotency-key.ts";
export { type Declarations, type KindDeclaration, kinds, namesOf } from "./kinds.ts";
export { type Client, type ClientOptions, type ClientState, createClient } from "./live/client.ts";
export { type Followed, type FollowOptions, ResetError } from "./live/follow.ts";
export type { Effect, View } from "./live/overlay.ts";
export type { LiveProject } from "./live/project.ts";
export { type ProjectState, type TaskFilter, tasksOf } from "./live/state.ts";
export type { LoadedState } from "./loaded.ts";
export { between, byPosition } from "./position.ts";
export * from "./reduce.ts";
export {
	Replica,
	type ReplicaHooks,
	type ReplicaStatus,
	type Source,
	sourceOf,
	type Touched,
} from "./replica.ts";
export { pauseAfter, withRetries } from "./retry.ts";
export {
	Connection,
	type ConnectionHooks,
	type ConnectionOptions,
	type ConnectionState,
} from "./stream/connection.ts";
export { type Frame, FrameReader } from "./stream/frames.ts";
export { type Message, readMessage, type Standing } from "./stream/message.ts";
export { SharedStream } from "./stream/shared-stream.ts";
