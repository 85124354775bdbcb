export { migratePostgres, type PostgresStoreOptions, postgresStore, type Step } from "./store.ts";
