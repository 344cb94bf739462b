export * from '../../packages/server/src/testing/organization.ts';
