/** Rows of the identity tables. */
export type IdentityTables = {};
