/** Rows of the organizations tables. */
export type OrganizationsTables = {};
