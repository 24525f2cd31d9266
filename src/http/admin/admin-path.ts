// Where the team API stands.

/** The path of the door. */
export const adminPath = '/api/v1';
