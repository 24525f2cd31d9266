// Every resource type that can be provisioned, in the order of discovery: a new one is its descriptor file and a line here.
import { groupHandler } from './group.ts';
import type { ResourceHandler } from './resource-handler.ts';
import { userHandler } from './user.ts';

export const resourceHandlers: readonly ResourceHandler[] = [userHandler, groupHandler];
